/** One attempt at a session: offer, answer, open channel. */
import { CoterieError, errorBody, isCoterieError } from '../../protocols/errors/index.ts'
import type { Channel } from '../tunnel-end.ts'
import type { ErrorText } from './port-messages.ts'

/** From the offer to an open channel; the node that answers gives up a little later. */
const CONNECT_TIMEOUT_MS = 15_000
/** How long a connection may be broken before it counts as lost: a Wi-Fi network changes its access point in less. */
const DISCONNECTED_MS_MAX = 5_000

/** A refusal in the words of the node that refused. */
export class SessionRefused extends Error {
  override readonly name = 'SessionRefused'
  readonly text: ErrorText

  constructor(text: ErrorText) {
    super(text.message)
    this.text = text
  }
}

/** The words for whatever ended an attempt. */
export const textOfFailure = (error: unknown, service: string): ErrorText => {
  if (error instanceof SessionRefused) return error.text
  return errorBody(isCoterieError(error) ? error : new CoterieError('gatewayUnreachable', { service }))
}

export interface ChannelEvents {
  onMessage(bytes: Uint8Array<ArrayBuffer>): void
  onDrained(): void
  onClosed(): void
}

const askForSession = async (sdp: string, signal: AbortSignal): Promise<string> => {
  const response = await fetch('/.coterie/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sdp }),
    signal,
  })
  const body = await response.json()
  if (!response.ok) throw new SessionRefused(body.error)
  return body.sdp
}

/** Offer, answer, open channel. */
const connect = async (
  connection: RTCPeerConnection,
  channel: RTCDataChannel,
  signal: AbortSignal,
): Promise<void> => {
  const opened = new Promise<void>((resolve) => {
    channel.onopen = () => resolve()
  })
  await connection.setLocalDescription(await connection.createOffer())
  const sdp = await askForSession(connection.localDescription?.sdp ?? '', signal)
  await connection.setRemoteDescription({ type: 'answer', sdp })
  await opened
}

const watch = (connection: RTCPeerConnection, onLost: () => void): void => {
  let timer: ReturnType<typeof setTimeout> | undefined
  connection.addEventListener('connectionstatechange', () => {
    clearTimeout(timer)
    if (connection.connectionState === 'disconnected') timer = setTimeout(onLost, DISCONNECTED_MS_MAX)
    if (connection.connectionState === 'failed') onLost()
  })
}

/**
 * Opens a channel to the service of this page's origin.
 *
 * The offer is sent without waiting for iceCandidates: the node that answers never calls, it is called.
 * @throws `SessionRefused` with the refusing node's words; `sessionTimedOut`; TypeError when the gateway is gone
 */
export const openChannel = async (service: string, events: ChannelEvents): Promise<Channel> => {
  const connection = new RTCPeerConnection({ iceServers: [] })
  const channel = connection.createDataChannel('coterie-tunnel-1')
  channel.binaryType = 'arraybuffer'
  const close = (): void => {
    channel.close()
    connection.close()
  }
  // Whatever of it never ends: a gateway may take the question and not answer it.
  const late = new CoterieError('sessionTimedOut', { service, timeoutMs: CONNECT_TIMEOUT_MS })
  const deadline = new AbortController()
  const isLate = new Promise<never>((_, reject) =>
    deadline.signal.addEventListener('abort', () => reject(late)),
  )
  const timer = setTimeout(() => deadline.abort(late), CONNECT_TIMEOUT_MS)
  try {
    await Promise.race([connect(connection, channel, deadline.signal), isLate])
  } catch (error) {
    close()
    throw error
  } finally {
    clearTimeout(timer)
  }
  watch(connection, () => events.onClosed())
  channel.onclose = () => events.onClosed()
  channel.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) =>
    events.onMessage(typeof data === 'string' ? new Uint8Array(0) : new Uint8Array(data))
  channel.bufferedAmountLowThreshold = 64 * 1024
  channel.onbufferedamountlow = () => events.onDrained()
  return {
    send: (frame) => channel.send(frame),
    bufferedBytes: () => channel.bufferedAmount,
    close,
  }
}
