/** The side that receives the log: from its leader, or committed entries from anybody who holds them. */
import type { NodeId } from '../wire/index.ts'
import { configurationsIn } from './configuration.ts'
import type { Log } from './log.ts'
import { type FollowerState, sharedOf, termMax } from './state.ts'
import { replyTo, type Turn, writeEntries } from './turn.ts'
import type { ConsensusEvent, ConsensusMessage, LogEntry } from './types.ts'

type Append = Extract<ConsensusMessage, { type: 'append' }>
type Followed = Extract<ConsensusEvent, { type: 'followed' }>

/**
 * Follows, in `term`, which is not below the present one. A vote lives as long as its term, pieces of a snapshot as long
 * as their sender leads; an election timer goes on running; reads that a leader had not answered get no proof any more.
 */
export const becomeFollower = (turn: Turn, term: number, leader: NodeId | null): void => {
  const { state, env } = turn
  const stays = state.role === 'follower' && term === state.term && leader === state.leader
  if (stays) return
  if (state.role === 'leader') {
    for (const { readId } of state.reads) turn.reads.push({ type: 'readReady', readId, index: null })
  }
  const clock =
    state.role === 'leader'
      ? { lastHeardMs: env.nowMs, electionTimeoutMs: null }
      : { lastHeardMs: state.lastHeardMs, electionTimeoutMs: state.electionTimeoutMs }
  const votedFor = term === state.term ? state.votedFor : null
  turn.state = { ...sharedOf(state), ...clock, role: 'follower', term, votedFor, leader, receiving: null }
}

/** Whether the entries follow (`prevIndex`, `prevTerm`) without a gap and with terms that only rise, up to `termMax`. */
const areConsecutive = (
  entries: readonly LogEntry[],
  prevIndex: number,
  prevTerm: number,
  termMax: number,
): boolean => {
  let index = prevIndex
  let term = prevTerm
  for (const entry of entries) {
    if (entry.index !== index + 1 || entry.term < term) return false
    index = entry.index
    term = entry.term
  }
  return term <= termMax
}

/** The entries from the first on that this log does not hold already. */
const missingFrom = (log: Log, entries: readonly LogEntry[]): readonly LogEntry[] => {
  const first = entries.findIndex(({ index, term }) => index > log.base.index && log.termAt(index) !== term)
  return first === -1 ? [] : entries.slice(first)
}

const contradictsCommitted = (commitIndex: number, fresh: readonly LogEntry[]): boolean =>
  fresh[0] !== undefined && fresh[0].index <= commitIndex

/** Where the logs surely agree, for a leader that asks about a place that this one does not have. */
const hintFor = ({ log, commitIndex }: FollowerState, prevIndex: number): number =>
  prevIndex > log.lastIndex ? log.lastIndex : commitIndex

export const handleAppend = (turn: Turn, from: NodeId, message: Append): void => {
  const { term, prevIndex, prevTerm, entries, round } = message
  const reply = (accepted: boolean, matchIndex: number): void =>
    replyTo(turn, from, { type: 'appendReply', term: turn.state.term, accepted, matchIndex, round })

  if (term < turn.state.term) {
    reply(false, 0)
    return
  }
  if (term === turn.state.term && turn.state.role === 'leader') return
  const placed = configurationsIn(entries)
  if (placed === null || !areConsecutive(entries, prevIndex, prevTerm, term)) return
  const { log, commitIndex } = turn.state
  const agrees = prevIndex < log.base.index || log.termAt(prevIndex) === prevTerm
  const fresh = missingFrom(log, entries)
  if (agrees ? contradictsCommitted(commitIndex, fresh) : prevIndex <= commitIndex) return

  becomeFollower(turn, term, from)
  const follower = turn.state as FollowerState
  turn.state = { ...follower, lastHeardMs: turn.env.nowMs }
  if (!agrees) {
    reply(false, hintFor(follower, prevIndex))
    return
  }
  const firstFresh = fresh[0]?.index ?? Number.POSITIVE_INFINITY
  writeEntries(
    turn,
    fresh,
    placed.filter(({ index }) => index >= firstFresh),
  )
  const matchIndex = prevIndex + entries.length
  const proven = Math.min(message.commitIndex, matchIndex)
  if (proven > commitIndex) turn.state = { ...turn.state, commitIndex: proven }
  reply(true, matchIndex)
}

/**
 * Takes committed entries learned out of band. They begin at or below the commit index + 1, or they would hang in
 * the air. A leader has all that was committed before its term, so only a later term can teach it anything.
 */
export const handleFollowed = (turn: Turn, { entries: given, commitIndex: givenCommit }: Followed): void => {
  const { state } = turn
  const entries = given.filter(({ index }) => index <= givenCommit)
  const [first, last] = [entries[0], entries.at(-1)]
  if (first === undefined || last === undefined) return
  if (first.index > state.commitIndex + 1 || last.index <= state.commitIndex) return
  const prevTerm = state.log.termAt(first.index - 1) ?? 0
  if (!areConsecutive(entries, first.index - 1, prevTerm, termMax(state))) return
  if (state.role === 'leader' && last.term <= state.term) return
  const fresh = missingFrom(state.log, entries)
  if (contradictsCommitted(state.commitIndex, fresh)) return
  const placed = configurationsIn(fresh)
  if (placed === null) return

  // Else whoever campaigns goes on: what was committed before makes it only fitter, and votes are on their way.
  if (last.term > state.term) becomeFollower(turn, last.term, null)
  writeEntries(turn, fresh, placed)
  turn.state = { ...turn.state, commitIndex: last.index }
}
