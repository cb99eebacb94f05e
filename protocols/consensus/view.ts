/** Questions that services ask, so that none of them reads the machine's own state. */
import type { Generation } from '../generations/index.ts'
import type { NodeId } from '../wire/index.ts'
import { isJoint } from './configuration.ts'
import { boundedSlice } from './log.ts'
import { type ConsensusState, configurationOf, isObserver, leaderOf } from './state.ts'
import type { Configuration, ConsensusRole, LogEntry, Snapshot } from './types.ts'

export interface PeerView {
  readonly peer: NodeId
  readonly matchIndex: number
  readonly lastHeardMs: number
}

export interface ConsensusView {
  readonly role: ConsensusRole
  readonly term: number
  /** Null: nobody sends the log here, so it has to be followed; a leader that falls silent is forgotten. */
  readonly leader: NodeId | null
  readonly commitIndex: number
  readonly lastIndex: number
  readonly lastTerm: number
  /** The log begins after it; a snapshot stands for what was before. */
  readonly baseIndex: number
  /** Whose log this is; null in the first one. */
  readonly generation: Generation | null
  /** A newer generation that this node waits for the log of. */
  readonly supersededBy: Generation | null
  /** The newest in the log, committed or not. */
  readonly configuration: Configuration
  /** Whether this machine would vote, had it the store that is named for it, or were its generation not over. */
  readonly isObserver: boolean
  /** Whether a change of voters is under way here; only a leader knows before the joint configuration is entered. */
  readonly changingVoters: boolean
  /** The voters that a leader was asked for, until the joint configuration with them is entered. */
  readonly votersWanted: readonly NodeId[] | null
  /** What a leader knows about the others; empty for all other roles. */
  readonly peers: readonly PeerView[]
}

export const viewConsensus = (state: ConsensusState): ConsensusView => {
  const configuration = configurationOf(state)
  const isLeader = state.role === 'leader'
  return {
    role: state.role,
    term: state.term,
    leader: leaderOf(state),
    commitIndex: state.commitIndex,
    lastIndex: state.log.lastIndex,
    lastTerm: state.log.lastTerm,
    baseIndex: state.log.base.index,
    generation: state.generation,
    supersededBy: state.supersededBy,
    configuration,
    isObserver: isObserver(state),
    changingVoters: isJoint(configuration) || (isLeader && state.votersWanted !== null),
    votersWanted: isLeader ? state.votersWanted : null,
    peers: isLeader
      ? [...state.progress].map(([peer, { matchIndex, lastHeardMs }]) => ({ peer, matchIndex, lastHeardMs }))
      : [],
  }
}

/**
 * What stands for the entries that a follower asks for from index `from` on, where the log does not reach back so far;
 * null where it does.
 */
export const snapshotBefore = (state: ConsensusState, from: number): Snapshot | null =>
  from <= state.log.base.index ? state.snapshot : null

/** Committed entries from index `from` on, as many as fit in the bounds (at least one if there is any), for a follower. */
export const committedEntries = (
  state: ConsensusState,
  from: number,
  bounds: { readonly entriesMax: number; readonly bytesMax: number },
): readonly LogEntry[] => boundedSlice(state.log, from, state.commitIndex, bounds)

/** Whether a snapshot is on its way, from this leader to a peer that answers, or to here: a newer one would begin it anew. */
export const isSnapshotUnderWay = (state: ConsensusState, nowMs: number): boolean => {
  if (state.role === 'follower') return state.receiving !== null
  if (state.role !== 'leader') return false
  return [...state.progress.values()].some(
    ({ mode, lastHeardMs }) => mode === 'snapshot' && nowMs - lastHeardMs < state.timings.electionMs,
  )
}
