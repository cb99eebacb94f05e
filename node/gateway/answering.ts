/** The answering side: runs the session machine with a clock and the peer engine. */
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { createPeerEngine, type OpenUpstream, type PeerEngine } from '../../signaling/gateway/index.ts'
import {
  ANSWER_TIMEOUT_MS,
  type Answer,
  createSessionsState,
  type Offer,
  SESSIONS_MAX,
  type SessionEffect,
  type SessionEvent,
  type SessionId,
  stepSessions,
} from '../../signaling/index.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'

export interface AnsweringComponents {
  readonly logger: Logger
  readonly clock: Clock
  readonly random: Random
  /** Where a replica on this node listens. @throws `serviceNotHere` */
  readonly openUpstream: OpenUpstream
}

export interface AnsweringInit {
  readonly self: NodeId
  /** Addresses at which browsers may find this node; null for all that it has. */
  readonly iceAddresses: readonly string[] | null
}

interface Waiting {
  readonly service: string
  resolve(answer: Answer): void
  reject(error: CoterieError): void
}

export class AnsweringSide {
  readonly #components: AnsweringComponents
  readonly #init: AnsweringInit
  readonly #engine: PeerEngine
  readonly #waiting = new Map<SessionId, Waiting>()
  #sessions = createSessionsState()

  constructor(components: AnsweringComponents, init: AnsweringInit) {
    this.#components = components
    this.#init = init
    const { clock, logger, openUpstream } = components
    this.#engine = createPeerEngine(
      {
        openUpstream,
        after: (afterMs, task) => clock.after(afterMs, task),
        onOpened: (session) => {
          logger.info({ session }, 'a browser session is open')
          this.#step({ type: 'channelOpened', session })
        },
        onClosed: (session, code) => {
          logger.info({ session, code }, 'a browser session is over')
          this.#step({ type: 'channelClosed', session, code })
        },
        onFault: (detail) => logger.warn({ detail }, 'the WebRTC part failed, and goes on'),
      },
      { addresses: init.iceAddresses },
    )
  }

  /** @throws `serviceNotHere`, `sessionsExhausted`, `offerRefused`, `sessionTimedOut` */
  async answer(offer: Offer): Promise<Answer> {
    await this.#components.openUpstream(offer.service)
    const session = Math.floor(this.#components.random() * Number.MAX_SAFE_INTEGER).toString(36)
    return new Promise((resolve, reject) => {
      this.#waiting.set(session, { service: offer.service, resolve, reject })
      this.#step({ type: 'offered', session, offer })
    })
  }

  get sessionCount(): number {
    return this.#sessions.size
  }

  stop(): Promise<void> {
    return this.#engine.stop()
  }

  #step(event: SessionEvent): void {
    const { state, effects } = stepSessions(this.#sessions, event)
    this.#sessions = state
    for (const effect of effects) this.#carryOut(effect)
  }

  #carryOut(effect: SessionEffect): void {
    switch (effect.type) {
      case 'makeAnswer':
        void this.#makeAnswer(effect.session, effect.offer)
        return
      case 'reply':
        this.#take(effect.answer.session)?.resolve(effect.answer)
        return
      case 'refuse':
        this.#refuse(effect.session, effect.reason)
        return
      case 'closePeer':
        this.#engine.close(effect.session)
        return
      case 'schedule': {
        const { session, phase, afterMs } = effect
        this.#components.clock.after(afterMs, () => this.#step({ type: 'deadlinePassed', session, phase }))
      }
    }
  }

  async #makeAnswer(session: SessionId, offer: Offer): Promise<void> {
    try {
      const sdp = await this.#engine.answer(session, offer.service, offer.sdp)
      this.#step({ type: 'answered', session, sdp })
    } catch (error) {
      const coded = isCoterieError(error) ? error : new CoterieError('internal', { detail: String(error) })
      this.#take(session)?.reject(coded)
      this.#step({ type: 'channelClosed', session, code: 0 })
    }
  }

  #refuse(session: SessionId, reason: 'exhausted' | 'failed' | 'late'): void {
    const waiting = this.#take(session)
    if (waiting === undefined) return
    const { service } = waiting
    waiting.reject(
      reason === 'exhausted'
        ? new CoterieError('sessionsExhausted', { node: this.#init.self, sessionsMax: SESSIONS_MAX })
        : reason === 'late'
          ? new CoterieError('sessionTimedOut', { service, timeoutMs: ANSWER_TIMEOUT_MS })
          : new CoterieError('channelLost', { service }),
    )
  }

  #take(session: SessionId): Waiting | undefined {
    const waiting = this.#waiting.get(session)
    this.#waiting.delete(session)
    return waiting
  }
}
