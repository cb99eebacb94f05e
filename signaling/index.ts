export {
  type Answer,
  answerMessage,
  type Offer,
  offerMessage,
  SDP_LENGTH_MAX,
  type SessionId,
} from './messages.ts'
export {
  ANSWER_TIMEOUT_MS,
  CONNECT_TIMEOUT_MS,
  createSessionsState,
  SESSIONS_MAX,
  type SessionEffect,
  type SessionEvent,
  type SessionPhase,
  type SessionsState,
  stepSessions,
} from './sessions.ts'
