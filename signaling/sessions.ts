/**
 * The sessions of one node as a pure machine: how many there may be, and how long each may take to become a channel.
 *
 * Guarantees: every session ends, either closed by its channel or by a deadline; a deadline that fires for a phase
 * that has passed does nothing. An open channel has no deadline here: its two ends watch each other.
 */
import type { Answer, Offer, SessionId } from './messages.ts'

/** Sessions of one node: each may hold 64 windows of 512 KiB in the worst case, and about 1 MiB in practice. */
export const SESSIONS_MAX = 32

/** Making an answer: the peer thread may have to start and load first. */
export const ANSWER_TIMEOUT_MS = 10_000

/** From the answer to an open channel: iceCandidate checks and the DTLS handshake. */
export const CONNECT_TIMEOUT_MS = 20_000

export type Session =
  | { readonly phase: 'answering'; readonly service: string }
  | { readonly phase: 'connecting'; readonly service: string }
  | { readonly phase: 'open'; readonly service: string }

export type SessionPhase = Session['phase']

export type SessionsState = ReadonlyMap<SessionId, Session>

export type SessionEvent =
  | { readonly type: 'offered'; readonly session: SessionId; readonly offer: Offer }
  | { readonly type: 'answered'; readonly session: SessionId; readonly sdp: string }
  | { readonly type: 'channelOpened'; readonly session: SessionId }
  /** The peer is gone, for whatever reason; `code` is a wire number. */
  | { readonly type: 'channelClosed'; readonly session: SessionId; readonly code: number }
  | { readonly type: 'deadlinePassed'; readonly session: SessionId; readonly phase: SessionPhase }

export type SessionEffect =
  | { readonly type: 'makeAnswer'; readonly session: SessionId; readonly offer: Offer }
  | { readonly type: 'reply'; readonly answer: Answer }
  | { readonly type: 'refuse'; readonly session: SessionId; readonly reason: 'exhausted' | 'failed' | 'late' }
  | { readonly type: 'closePeer'; readonly session: SessionId }
  | {
      readonly type: 'schedule'
      readonly session: SessionId
      readonly phase: SessionPhase
      readonly afterMs: number
    }

export interface SessionStep {
  readonly state: SessionsState
  readonly effects: readonly SessionEffect[]
}

export const createSessionsState = (): SessionsState => new Map()

const put = (state: SessionsState, id: SessionId, session: Session): SessionsState =>
  new Map(state).set(id, session)

const drop = (state: SessionsState, id: SessionId): SessionsState => {
  const next = new Map(state)
  next.delete(id)
  return next
}

const offered = (state: SessionsState, id: SessionId, offer: Offer): SessionStep => {
  if (state.size >= SESSIONS_MAX)
    return { state, effects: [{ type: 'refuse', session: id, reason: 'exhausted' }] }
  return {
    state: put(state, id, { phase: 'answering', service: offer.service }),
    effects: [
      { type: 'makeAnswer', session: id, offer },
      { type: 'schedule', session: id, phase: 'answering', afterMs: ANSWER_TIMEOUT_MS },
    ],
  }
}

const known = (
  state: SessionsState,
  session: Session,
  event: Exclude<SessionEvent, { type: 'offered' }>,
): SessionStep => {
  const { session: id } = event
  switch (event.type) {
    case 'answered':
      if (session.phase !== 'answering') return { state, effects: [] }
      return {
        state: put(state, id, { ...session, phase: 'connecting' }),
        effects: [
          { type: 'reply', answer: { session: id, sdp: event.sdp } },
          { type: 'schedule', session: id, phase: 'connecting', afterMs: CONNECT_TIMEOUT_MS },
        ],
      }
    case 'channelOpened':
      return { state: put(state, id, { ...session, phase: 'open' }), effects: [] }
    case 'channelClosed':
      return {
        state: drop(state, id),
        effects: session.phase === 'answering' ? [{ type: 'refuse', session: id, reason: 'failed' }] : [],
      }
    case 'deadlinePassed': {
      if (session.phase !== event.phase) return { state, effects: [] }
      const close: SessionEffect = { type: 'closePeer', session: id }
      return {
        state: drop(state, id),
        effects:
          event.phase === 'answering' ? [{ type: 'refuse', session: id, reason: 'late' }, close] : [close],
      }
    }
  }
}

/** Takes one event; one about a session that is over is ignored. */
export const stepSessions = (state: SessionsState, event: SessionEvent): SessionStep => {
  if (event.type === 'offered') return offered(state, event.session, event.offer)
  const session = state.get(event.session)
  return session === undefined ? { state, effects: [] } : known(state, session, event)
}
