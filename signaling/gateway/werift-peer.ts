/**
 * The only file that knows werift: a peer that answers an offer, and one that makes it.
 *
 * What is particular here, each found in werift 0.25's source:
 * - The answering side is ICE lite. It has host iceCandidates only, sends nothing to an address that an offer names,
 *   and answers checks. (A full agent without `iceServers` asks a public STUN server all the same.)
 * - `bufferedAmount` falls only when its whole outbound queue has emptied, so one threshold, zero, is used.
 * - Listeners run inside its async functions: what they throw would be an unhandled rejection, so they may not.
 */
import { createSecretKey } from 'node:crypto'
import { networkInterfaces } from 'node:os'
import { type RTCDataChannel, RTCPeerConnection } from 'werift'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { Channel } from '../tunnel-end.ts'

/** Name of the one data channel of a session. */
export const CHANNEL_LABEL = 'coterie-tunnel-1'

export interface PeerEvents {
  /** The channel is open. */
  onOpen(channel: Channel): void
  onMessage(bytes: Uint8Array<ArrayBuffer>): void
  onDrained(): void
  /** The channel or its connection is over; told once. */
  onClosed(): void
}

export interface Peer {
  readonly sdp: string
  close(): Promise<void>
}

export interface OfferingPeer extends Peer {
  accept(answerSdp: string): Promise<void>
}

/** Every address of this machine that another one, or this one itself, may reach: its interfaces and the loopback. */
export const hostAddresses = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? [])
      .filter(({ family, address }) => family === 'IPv4' || !address.startsWith('fe80:'))
      .map(({ address }) => address),
  )

/**
 * An SCTP packet that, with DTLS, UDP and IPv6 around it, fits an Ethernet frame inside a VPN: 1340 + 37 + 8 + 40.
 * werift's own 1191 needs an eighth more packets, and packets are what a download costs.
 */
const SCTP = { mtu: 1340 }

/** Node 24 makes a cipher from a raw key in three times the time that it needs with a key object; werift holds raw ones. */
const useKeyObjects = (connection: RTCPeerConnection): void => {
  for (const { dtls } of connection.dtlsTransports) {
    const cipher = dtls?.cipher.cipher as { clientWriteKey?: unknown; serverWriteKey?: unknown } | undefined
    if (cipher === undefined) continue
    for (const side of ['clientWriteKey', 'serverWriteKey'] as const) {
      const key = cipher[side]
      if (key instanceof Uint8Array) cipher[side] = createSecretKey(key)
    }
  }
}

/** A data channel has many ways to end; `onClosed` is called for the first. */
const once = (listener: () => void): (() => void) => {
  let called = false
  return () => {
    if (called) return
    called = true
    listener()
  }
}

const bind = (
  connection: RTCPeerConnection,
  channel: RTCDataChannel,
  events: PeerEvents,
  onClosed: () => void,
): void => {
  channel.bufferedAmountLowThreshold = 0
  channel.bufferedAmountLow.subscribe(() => events.onDrained())
  channel.onMessage.subscribe((message) => {
    // A text message is no frame: an empty one is refused by the decoder, which closes the channel with its code.
    const bytes = typeof message === 'string' ? Buffer.alloc(0) : message
    events.onMessage(bytes as Uint8Array<ArrayBuffer>)
  })
  const open = (): void => {
    useKeyObjects(connection)
    events.onOpen({
      send: (frame) => channel.send(Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength)),
      bufferedBytes: () => channel.bufferedAmount,
      close: () => channel.close(),
    })
  }
  channel.stateChanged.subscribe((state) => {
    if (state === 'open') open()
    if (state === 'closed') onClosed()
  })
  if (channel.readyState === 'open') open()
}

const watch = (connection: RTCPeerConnection, onClosed: () => void): void => {
  connection.connectionStateChange.subscribe((state) => {
    if (state === 'failed' || state === 'closed') onClosed()
  })
}

/**
 * The offer as we answer it. Without its iceCandidates, so that werift looks up and calls no address of a stranger's;
 * and with the browser as the active side of DTLS, since werift waits 100 ms before it begins a handshake itself.
 */
const narrowed = (sdp: string): string =>
  sdp
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('a=candidate:'))
    .map((line) => (line === 'a=setup:actpass' ? 'a=setup:active' : line))
    .join('\r\n')

/** Lines without which no channel can come of an offer; werift answers also what has none of them. */
const DATA_CHANNEL_OFFER = [
  /^m=application \d+ UDP\/DTLS\/SCTP webrtc-datachannel/m,
  /^a=ice-ufrag:/m,
  /^a=ice-pwd:/m,
  /^a=fingerprint:/m,
]

/** Answers one offer with every host iceCandidate of `addresses`. @throws `offerRefused` */
export const answerOffer = async (
  offerSdp: string,
  addresses: readonly string[],
  events: PeerEvents,
): Promise<Peer> => {
  if (!DATA_CHANNEL_OFFER.every((line) => line.test(offerSdp)))
    throw new CoterieError('offerRefused', { detail: 'it is not the offer of a data channel' })
  const connection = new RTCPeerConnection({
    iceServers: [],
    iceLite: true,
    sctp: SCTP,
    iceAdditionalHostAddresses: [...addresses],
  })
  const onClosed = once(() => events.onClosed())
  watch(connection, onClosed)
  connection.onDataChannel.subscribe((channel) => {
    if (channel.label === CHANNEL_LABEL) bind(connection, channel, events, onClosed)
    else channel.close()
  })
  try {
    await connection.setRemoteDescription({ type: 'offer', sdp: narrowed(offerSdp) })
    await connection.setLocalDescription(await connection.createAnswer())
  } catch (error) {
    await connection.close()
    throw new CoterieError('offerRefused', { detail: (error as Error).message })
  }
  return { sdp: connection.localDescription?.sdp ?? '', close: () => connection.close() }
}

/** Makes an offer with one data channel; for clients that are not a browser. */
export const makeOffer = async (events: PeerEvents): Promise<OfferingPeer> => {
  const connection = new RTCPeerConnection({
    iceServers: [],
    iceAdditionalHostAddresses: ['127.0.0.1'],
    sctp: SCTP,
  })
  const onClosed = once(() => events.onClosed())
  watch(connection, onClosed)
  bind(connection, connection.createDataChannel(CHANNEL_LABEL), events, onClosed)
  // Without this werift falls back to a public STUN server when it has been given none.
  for (const { connection: agent } of connection.iceTransports) Reflect.deleteProperty(agent, 'stunServer')
  await connection.setLocalDescription(await connection.createOffer())
  return {
    sdp: connection.localDescription?.sdp ?? '',
    accept: (sdp) => connection.setRemoteDescription({ type: 'answer', sdp }),
    close: () => connection.close(),
  }
}
