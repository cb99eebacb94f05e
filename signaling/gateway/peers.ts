/** The sessions that this process answers, by their id. */
import { ERRORS } from '../../protocols/errors/index.ts'
import type { SessionId } from '../messages.ts'
import { PeerSession } from './peer-session.ts'
import type { OpenUpstream } from './upstream.ts'
import { answerOffer } from './werift-peer.ts'

export interface PeersComponents {
  readonly openUpstream: OpenUpstream
  readonly onOpened: (session: SessionId) => void
  /** Told once for each session that was answered; `code` is a wire number. */
  readonly onClosed: (session: SessionId, code: number) => void
}

export interface Peers {
  /** Gives the sdp of the answer, with `addresses` as its iceCandidates. @throws `offerRefused` */
  answer(id: SessionId, service: string, sdp: string, addresses: readonly string[]): Promise<string>
  close(id: SessionId): void
  /** Tells every browser that its channel is lost. */
  closeAll(): void
}

export const createPeers = (components: PeersComponents): Peers => {
  const sessions = new Map<SessionId, PeerSession>()
  return {
    answer: async (id, service, sdp, addresses) => {
      const session = new PeerSession({
        service,
        openUpstream: components.openUpstream,
        onOpened: () => components.onOpened(id),
        onOver: (code) => {
          sessions.delete(id)
          components.onClosed(id, code)
        },
      })
      sessions.set(id, session)
      try {
        const peer = await answerOffer(sdp, addresses, session)
        session.hold(peer)
        return peer.sdp
      } catch (error) {
        sessions.delete(id)
        session.discard()
        throw error
      }
    },
    close: (id) => sessions.get(id)?.close(ERRORS.channelLost.wire),
    closeAll: () => {
      for (const session of sessions.values()) session.close(ERRORS.channelLost.wire)
    },
  }
}
