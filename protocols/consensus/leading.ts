/** The leader's own events: its term begins, proposals, replies, its heartbeat, reads, a successor. */
import type { NodeId } from '../wire/index.ts'
import { configurationsIn, isVoterSet, replicasOf } from './configuration.ts'
import { becomeFollower } from './following.ts'
import { ENTRY_BYTES_MAX } from './limits.ts'
import { advance, holdPieces, isFrom, newProgress, type Progress, retreat, spokenFrom } from './progress.ts'
import { isQuorumActive } from './quorum.ts'
import { hasReached } from './reconfiguration.ts'
import { configurationOf, type LeaderState, leaderOf, sharedOf } from './state.ts'
import { setTimer, type Turn, writeEntries } from './turn.ts'
import type { ConsensusMessage, EntryKind, LogEntry, Proposal, StoreId, StoreStamp } from './types.ts'

type AppendReply = Extract<ConsensusMessage, { type: 'appendReply' }>
type SnapshotReply = Extract<ConsensusMessage, { type: 'snapshotReply' }>

const NO_DATA = new Uint8Array()

/** Adds an entry of the present term to the leader's log. */
export const appendOwn = (turn: Turn, kind: EntryKind, data: Uint8Array): LogEntry => {
  const { log, term } = turn.state
  const entry: LogEntry = { index: log.lastIndex + 1, term, kind, data }
  writeEntries(turn, [entry], configurationsIn([entry]) ?? [])
  return entry
}

/** Leads, from the no-op on that begins the term. Every voter counts as heard now, so that it has time to answer. */
export const becomeLeader = (turn: Turn): void => {
  const { state, env } = turn
  const peers = [...replicasOf(configurationOf(state))].filter((node) => node !== state.self)
  const first = newProgress(state.log.lastIndex, env.nowMs)
  turn.state = {
    ...sharedOf(state),
    role: 'leader',
    progress: new Map(peers.map((peer) => [peer, first])),
    round: 0,
    reads: [],
    transfer: null,
    votersWanted: null,
    wantedRound: 0,
  }
  appendOwn(turn, 'noop', NO_DATA)
  setTimer(turn, 'heartbeat', state.timings.heartbeatMs)
}

/** Begins a round: what is sent from now on carries its number. */
export const beginRound = (turn: Turn, leader: LeaderState): void => {
  turn.state = { ...leader, round: leader.round + 1 }
  turn.heartbeat = true
}

export const handleHeartbeatTimer = (turn: Turn): void => {
  const { state, env } = turn
  if (state.role !== 'leader') return
  const { heartbeatMs, electionMs } = state.timings
  /** Who has not spoken in this term yet is given the time for it, whatever its store. */
  const isActive = (voter: NodeId, store: StoreId | null): boolean => {
    if (voter === state.self) return true
    const progress = state.progress.get(voter)
    if (progress === undefined || env.nowMs - progress.lastHeardMs >= electionMs) return false
    return progress.store === null || isFrom(progress, store)
  }
  if (!isQuorumActive(configurationOf(state), isActive)) {
    becomeFollower(turn, state.term, null)
    return
  }
  const isLate = state.transfer !== null && env.nowMs - state.transfer.sinceMs >= electionMs
  beginRound(turn, isLate ? { ...state, transfer: null } : state)
  setTimer(turn, 'heartbeat', heartbeatMs)
}

/** What is known of a peer that replied; null where its word does not count. */
const speakerOf = (turn: Turn, leader: LeaderState, from: NodeId, store?: StoreStamp): Progress | null => {
  const progress = leader.progress.get(from)
  if (progress === undefined) return null
  const isSilent = turn.env.nowMs - progress.lastHeardMs >= leader.timings.electionMs
  return spokenFrom(progress, store ?? null, isSilent)
}

/** The leader's state after a word of `from`, which answered a round and may have moved its progress. */
const heardFrom = (
  turn: Turn,
  leader: LeaderState,
  from: NodeId,
  moved: Progress,
  ackedRound = moved.ackedRound,
): void => {
  const heard = { ...moved, ackedRound, lastHeardMs: turn.env.nowMs }
  turn.state = { ...leader, progress: new Map(leader.progress).set(from, heard) }
}

export const handleAppendReply = (turn: Turn, from: NodeId, reply: AppendReply): void => {
  const { state } = turn
  if (state.role !== 'leader' || reply.term !== state.term) return
  if (reply.matchIndex > state.log.lastIndex || reply.round > state.round) return
  const progress = speakerOf(turn, state, from, reply.store)
  if (progress === null) return
  const moved = reply.accepted
    ? advance(progress, reply.matchIndex, state.log.base.index)
    : retreat(progress, reply.matchIndex)
  heardFrom(turn, state, from, moved, Math.max(progress.ackedRound, reply.round))
}

export const handleSnapshotReply = (turn: Turn, from: NodeId, reply: SnapshotReply): void => {
  const { state } = turn
  if (state.role !== 'leader' || reply.term !== state.term) return
  if (reply.offset >= (state.snapshot?.data.byteLength ?? 0)) return
  const progress = speakerOf(turn, state, from, reply.store)
  if (progress === null) return
  heardFrom(turn, state, from, holdPieces(progress, reply.index, reply.offset))
}

export const handlePropose = (turn: Turn, proposals: readonly Proposal[]): void => {
  const { state } = turn
  const { term } = state
  const isOpen = state.role === 'leader' && state.transfer === null
  for (const { proposalId, data, term: onlyIn = term } of proposals) {
    if (!isOpen || onlyIn !== term || data.byteLength > ENTRY_BYTES_MAX) {
      turn.proposals.push({ type: 'dropped', proposalId, leader: leaderOf(state), term })
      continue
    }
    const { index } = appendOwn(turn, 'decision', data)
    turn.proposals.push({ type: 'appended', proposalId, index, term })
  }
}

export const handleRead = (turn: Turn, readId: number): void => {
  const { state } = turn
  if (state.role !== 'leader') {
    turn.reads.push({ type: 'readReady', readId, index: null })
    return
  }
  turn.state = { ...state, reads: [...state.reads, { readId, round: state.round + 1 }] }
}

export const handleTransfer = (turn: Turn, to: NodeId): void => {
  const { state, env } = turn
  if (state.role !== 'leader' || state.transfer !== null || to === state.self) return
  if (!configurationOf(state).voters.includes(to)) return
  turn.state = { ...state, transfer: { to, sinceMs: env.nowMs, told: false } }
}

export const handleChangeVoters = (turn: Turn, voters: readonly NodeId[]): void => {
  const { state } = turn
  if (state.role !== 'leader' || !isVoterSet(voters)) return
  if (hasReached(configurationOf(state), voters)) {
    turn.state = { ...state, votersWanted: null }
    return
  }
  beginRound(turn, { ...state, votersWanted: voters, wantedRound: state.round + 1 })
}
