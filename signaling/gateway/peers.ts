/**
 * The peers of one node: each answers one session, and carries its streams to the service that it was opened for.
 *
 * Guarantees: a stream for another service than the session's is refused; a browser that has fallen silent is let
 * go within `SILENCE_MS_MAX`, and everything of it with it; when the service no longer runs here the session ends,
 * and the page asks its gateway for another node.
 */
import { CoterieError, ERRORS } from '../../protocols/errors/index.ts'
import type { SessionId } from '../messages.ts'
import { createTunnelEnd, type StreamListener, type TunnelEnd } from '../tunnel-end.ts'
import { exchange, type OpenUpstream } from './upstream.ts'
import { answerOffer, type Peer } from './werift-peer.ts'

/** Silence after which the other end is asked for a sign of life. */
const PING_AFTER_MS = 10_000
/** Silence after which a browser is gone; one that sleeps connects again when it wakes. */
const SILENCE_MS_MAX = 35_000

export interface PeersEvents {
  onOpened(session: SessionId): void
  /** Told once for each session that was answered; `code` is a wire number. */
  onClosed(session: SessionId, code: number): void
}

export interface Peers {
  /** @throws `offerRefused` */
  answer(session: SessionId, service: string, sdp: string): Promise<string>
  close(session: SessionId): Promise<void>
}

/** A stream that was refused at once; nothing that still comes on it matters. */
const REFUSED: StreamListener = {
  onData: () => undefined,
  onEnd: () => undefined,
  onReset: () => undefined,
  onRoom: () => undefined,
}

export const createPeers = (
  components: { readonly openUpstream: OpenUpstream } & PeersEvents,
  init: { readonly addresses: () => readonly string[] },
): Peers => {
  const peers = new Map<SessionId, Peer>()

  const answer = async (session: SessionId, service: string, offer: string): Promise<string> => {
    let end: TunnelEnd | null = null
    let heardAt = performance.now()
    let over = false

    const watch = setInterval(() => {
      const silenceMs = performance.now() - heardAt
      if (silenceMs > SILENCE_MS_MAX) end?.close(ERRORS.channelIdle.wire)
      else if (silenceMs > PING_AFTER_MS) end?.ping()
    }, PING_AFTER_MS / 2).unref()

    const finish = (code: number): void => {
      if (over) return
      over = true
      clearInterval(watch)
      const peer = peers.get(session)
      peers.delete(session)
      void peer?.close()
      components.onClosed(session, code)
    }

    const openUpstream: OpenUpstream = async (name) => {
      try {
        return await components.openUpstream(name)
      } catch (error) {
        end?.close(ERRORS.serviceNotRunning.wire)
        throw error
      }
    }

    const peer = await answerOffer(offer, init.addresses(), {
      onOpen: (channel) => {
        end = createTunnelEnd({
          role: 'server',
          channel,
          onStream: (stream, head) => {
            if (head.service === service) return exchange(stream, head, openUpstream)
            stream.reset(ERRORS.serviceNotRunning.wire)
            return REFUSED
          },
          onClosed: finish,
        })
        components.onOpened(session)
      },
      onMessage: (bytes) => {
        heardAt = performance.now()
        end?.receive(bytes)
      },
      onDrained: () => end?.onDrained(),
      onClosed: () => {
        end?.onChannelLost(ERRORS.channelLost.wire)
        finish(ERRORS.channelLost.wire)
      },
    }).catch((error: unknown) => {
      over = true
      clearInterval(watch)
      throw error
    })
    if (over) throw new CoterieError('offerRefused', { detail: 'the peer closed at once' })
    peers.set(session, peer)
    return peer.sdp
  }

  return {
    answer,
    close: async (session) => {
      const peer = peers.get(session)
      peers.delete(session)
      await peer?.close()
    },
  }
}
