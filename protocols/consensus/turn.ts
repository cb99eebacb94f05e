/**
 * One step under way. Handlers replace `state` and add what they send; `finishTurn` derives the rest from the
 * difference between the state before and after, so that no handler can forget to persist or to tell.
 */
import type { NodeId } from '../wire/index.ts'
import type { PlacedConfiguration } from './configuration.ts'
import { type ConsensusState, hardStateOf, leaderOf } from './state.ts'
import type {
  Compaction,
  ConsensusEffects,
  ConsensusMessage,
  ConsensusNotice,
  ConsensusTimer,
  LogEntry,
  Persist,
  Schedule,
  Send,
  Snapshot,
  StepEnv,
} from './types.ts'

type Reply = Extract<
  ConsensusMessage,
  { type: 'preVoteReply' | 'voteReply' | 'appendReply' | 'snapshotReply' }
>

export interface Turn {
  readonly before: ConsensusState
  readonly env: StepEnv
  state: ConsensusState
  /** The lowest index that this step wrote. */
  writtenFrom: number | null
  /** Entries up to here are known to the caller. */
  toldIndex: number
  /** What the caller has to put in place of all that it was told. */
  installed: Snapshot | null
  /** Whether to store a commit index that lags, though nothing else is stored. */
  storeCommit: boolean
  /** Whether every peer hears from the leader in this step, also if there is nothing to send. */
  heartbeat: boolean
  readonly send: Send[]
  readonly schedule: Schedule[]
  readonly met: ConsensusNotice[]
  readonly proposals: ConsensusNotice[]
  readonly reads: ConsensusNotice[]
}

export interface ConsensusStep {
  readonly state: ConsensusState
  readonly effects: ConsensusEffects
}

export const beginTurn = (state: ConsensusState, env: StepEnv): Turn => ({
  before: state,
  env,
  state,
  writtenFrom: null,
  toldIndex: state.commitIndex,
  installed: null,
  storeCommit: false,
  heartbeat: false,
  send: [],
  schedule: [],
  met: [],
  proposals: [],
  reads: [],
})

export const sendTo = (turn: Turn, to: NodeId, message: ConsensusMessage): void => {
  const { generation } = turn.state
  turn.send.push({ to, message: generation === null ? message : { ...message, generation } })
}

/** Answers with the name of the store that the answer rests on. */
export const replyTo = (turn: Turn, to: NodeId, reply: Reply): void => {
  const { store } = turn.state
  sendTo(turn, to, store === null ? reply : { ...reply, store })
}

/** Sets a timer; the earlier one of its kind is stale from now on. */
export const setTimer = (turn: Turn, timer: ConsensusTimer, afterMs: number): void => {
  const token = turn.state.tokens[timer] + 1
  turn.state = { ...turn.state, tokens: { ...turn.state.tokens, [timer]: token } }
  turn.schedule.push({ timer, afterMs, token })
}

/** Puts `entries` in place of all from the first one's index on; the configuration follows the log, also back. */
export const writeEntries = (
  turn: Turn,
  entries: readonly LogEntry[],
  placed: readonly PlacedConfiguration[],
): void => {
  const first = entries[0]?.index
  if (first === undefined) return
  const { log, configurations } = turn.state
  const kept = configurations.filter(({ index }) => index < first)
  turn.state = {
    ...turn.state,
    log: log.append(entries),
    configurations:
      placed.length === 0 && kept.length === configurations.length ? configurations : [...kept, ...placed],
  }
  turn.writtenFrom = Math.min(turn.writtenFrom ?? first, first)
}

const compactionOf = ({ before, state: { snapshot, log } }: Turn): Compaction | null =>
  snapshot === null || snapshot === before.snapshot
    ? null
    : { snapshot, base: log.base, lastIndex: log.lastIndex }

const persistOf = (turn: Turn): Persist | null => {
  const { before, state, writtenFrom, storeCommit } = turn
  const promised =
    state.term !== before.term ||
    state.votedFor !== before.votedFor ||
    state.generation !== before.generation ||
    state.supersededBy !== before.supersededBy
  const lags = state.commitIndex !== state.storedCommitIndex
  const compaction = compactionOf(turn)
  if (!promised && writtenFrom === null && compaction === null && !(storeCommit && lags)) return null
  return {
    hardState: promised || lags ? hardStateOf(state) : null,
    entries: writtenFrom === null ? [] : state.log.slice(writtenFrom, state.log.lastIndex),
    compaction,
  }
}

const hasRoleChanged = (before: ConsensusState, after: ConsensusState): boolean =>
  before.role !== after.role || before.term !== after.term || leaderOf(before) !== leaderOf(after)

const noticesOf = (turn: Turn): readonly ConsensusNotice[] => {
  const { before, state, installed, met, proposals, reads } = turn
  const { role, term, commitIndex } = state
  const notices: ConsensusNotice[] = [...met]
  if (hasRoleChanged(before, state)) {
    notices.push({ type: 'roleChanged', role, term, leader: leaderOf(state) })
  }
  notices.push(...proposals)
  if (installed !== null) {
    const { index, data } = installed
    notices.push({ type: 'snapshotInstalled', index, data: data.subarray(0, data.byteLength) })
  }
  const toldIndex = Math.max(turn.toldIndex, installed?.index ?? 0)
  if (commitIndex > toldIndex) {
    const entries = state.log.slice(toldIndex + 1, commitIndex)
    notices.push({ type: 'committed', entries, commitIndex })
  }
  notices.push(...reads)
  return notices
}

/** Ends the step: the state and its effects, each in its place. */
export const finishTurn = (turn: Turn): ConsensusStep => {
  const persist = persistOf(turn)
  const notify = noticesOf(turn)
  if (persist !== null && persist.hardState !== null) {
    turn.state = { ...turn.state, storedCommitIndex: persist.hardState.commitIndex }
  }
  return { state: turn.state, effects: { persist, send: turn.send, schedule: turn.schedule, notify } }
}
