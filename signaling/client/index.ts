/**
 * A Node program reads a service through a gateway the way a browser does: one session, one channel, many streams.
 * It loads werift, so it belongs in programs that end, such as a command, and not in the daemon.
 */
import { CoterieError, ERRORS } from '../../protocols/errors/index.ts'
import type { Header } from '../../protocols/tunnel/index.ts'
import { makeOffer } from '../gateway/werift-peer.ts'
import { CONNECT_TIMEOUT_MS } from '../sessions.ts'
import { createTunnelEnd, type TunnelEnd } from '../tunnel-end.ts'
import { ClientExchange, type GatewayResponse } from './exchange.ts'
import { askForSession } from './session.ts'

export type { GatewayResponse } from './exchange.ts'

export interface GatewayTarget {
  /** Such as `http://127.0.0.1:7950`: the gateway of any node. */
  readonly gatewayUrl: string
  readonly service: string
}

export interface GatewayRequest {
  /** Path and query; begins with a slash. */
  readonly path: string
  readonly method?: string
  readonly headers?: readonly Header[]
  readonly body?: AsyncIterable<Uint8Array>
  readonly signal?: AbortSignal
}

export interface GatewayClient {
  /** `onOver` is called when the answer is whole or will never be. @throws `channelLost`, and what the stream was reset with */
  fetch(request: GatewayRequest, onOver?: () => void): Promise<GatewayResponse>
  close(): Promise<void>
}

/** Opens a session. @throws what the gateway answers; `sessionTimedOut`, `channelLost` */
export const openGatewayClient = async ({ gatewayUrl, service }: GatewayTarget): Promise<GatewayClient> => {
  let end: TunnelEnd | null = null
  let lost = false
  let onOpen: (end: TunnelEnd) => void
  let onLost: (error: Error) => void
  const opened = new Promise<TunnelEnd>((resolve, reject) => {
    onOpen = resolve
    onLost = reject
  })
  // Whoever awaits it hears of it; a session that fails before has its own error.
  opened.catch(() => undefined)

  const peer = await makeOffer({
    onOpen: (channel) => {
      end = createTunnelEnd({
        role: 'client',
        channel,
        onClosed: () => {
          lost = true
        },
      })
      onOpen(end)
    },
    onMessage: (bytes) => end?.receive(bytes),
    onDrained: () => end?.onDrained(),
    onClosed: () => {
      lost = true
      onLost(new CoterieError('channelLost', { service }))
      end?.onChannelLost(ERRORS.channelLost.wire)
    },
  })
  const timer = setTimeout(
    () => onLost(new CoterieError('sessionTimedOut', { service, timeoutMs: CONNECT_TIMEOUT_MS })),
    CONNECT_TIMEOUT_MS,
  )
  const close = async (): Promise<void> => {
    end?.close(ERRORS.streamCancelled.wire)
    await peer.close()
  }
  try {
    await peer.accept(await askForSession(gatewayUrl, service, peer.sdp))
    await opened
  } catch (error) {
    await close()
    throw error
  } finally {
    clearTimeout(timer)
  }

  return {
    close,
    fetch: async ({ path, method = 'GET', headers = [], body, signal }, onOver = () => undefined) => {
      if (lost) throw new CoterieError('channelLost', { service })
      const exchange = new ClientExchange(service, onOver)
      const stream = (await opened).open({ service, method, path, headers }, exchange)
      signal?.addEventListener('abort', () => exchange.cancel())
      exchange.send(stream, body ?? null).catch(() => exchange.cancel())
      return exchange.response
    },
  }
}

/** One request over a session of its own, which ends with the answer's body. @throws as `openGatewayClient` and its `fetch` */
export const fetchThroughGateway = async (init: GatewayTarget & GatewayRequest): Promise<GatewayResponse> => {
  const client = await openGatewayClient(init)
  return client.fetch(init, () => void client.close())
}
