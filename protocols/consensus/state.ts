/** What the machine knows, by role. A field stands only where its role gives it a meaning. */
import type { NodeId } from '../wire/index.ts'
import { configurationCodec, configurationsIn, NOBODY, type PlacedConfiguration } from './configuration.ts'
import { Log } from './log.ts'
import type {
  Configuration,
  ConsensusTimer,
  ConsensusTimings,
  HardState,
  LogEntry,
  Persist,
} from './types.ts'

/** A silent leader is noticed within 1.4 s; over 4 heartbeats may be lost before that. */
export const DEFAULT_TIMINGS: ConsensusTimings = { heartbeatMs: 150, electionMs: 700 }

/** What every role has. */
export interface SharedState {
  readonly self: NodeId
  readonly timings: ConsensusTimings
  readonly term: number
  readonly votedFor: NodeId | null
  readonly log: Log
  readonly commitIndex: number
  /** The commit index that is on disk; it may lag. */
  readonly storedCommitIndex: number
  /** Every configuration of the log, oldest first, after the one that holds before them; never empty. */
  readonly configurations: readonly PlacedConfiguration[]
  /** Token of the newest timer of each kind. */
  readonly tokens: Readonly<Record<ConsensusTimer, number>>
}

/** What every role but the leader has. */
interface WaitingState extends SharedState {
  /** When the leader was last heard, or a vote was granted, or this campaign began: the election time-out runs from here. */
  readonly lastHeardMs: number
  /** How long this time; null while no election timer runs. */
  readonly electionTimeoutMs: number | null
}

export interface FollowerState extends WaitingState {
  readonly role: 'follower'
  readonly leader: NodeId | null
}

export interface CampaignState extends WaitingState {
  readonly role: 'preCandidate' | 'candidate'
  readonly votes: ReadonlyMap<NodeId, boolean>
}

/** What a leader knows about one peer. */
export interface Progress {
  /** `replicate` sends ahead of the replies; `probe` looks for the place where the logs meet, one append at a time. */
  readonly mode: 'probe' | 'replicate'
  readonly nextIndex: number
  readonly matchIndex: number
  /** Last index of each append on its way that holds entries, oldest first. */
  readonly inFlight: readonly number[]
  readonly ackedRound: number
  readonly lastHeardMs: number
}

export interface PendingRead {
  readonly readId: number
  /** The first round of heartbeats that proves it. */
  readonly round: number
}

export interface LeaderState extends SharedState {
  readonly role: 'leader'
  readonly progress: ReadonlyMap<NodeId, Progress>
  readonly round: number
  readonly reads: readonly PendingRead[]
  readonly transfer: { readonly to: NodeId; readonly sinceMs: number; readonly told: boolean } | null
  /** The voters asked for, until the joint configuration with them is in the log. */
  readonly votersWanted: readonly NodeId[] | null
}

export type ConsensusState = FollowerState | CampaignState | LeaderState

export interface ConsensusInit {
  readonly self: NodeId
  readonly timings: ConsensusTimings
  /** As it was persisted; null on a machine that never persisted any. */
  readonly hardState: HardState | null
  readonly entries: readonly LogEntry[]
}

/**
 * The machine as it was stored, a follower that waits for `started`.
 * Throws when the log has a gap, ends before its commit index, or holds a configuration that cannot be read.
 */
export const createConsensus = (init: ConsensusInit): ConsensusState => {
  const log = Log.of(init.entries)
  const commitIndex = init.hardState?.commitIndex ?? 0
  if (commitIndex > log.lastIndex) {
    throw new RangeError(`the log ends at ${log.lastIndex}, before its commit index ${commitIndex}`)
  }
  const placed = configurationsIn(init.entries)
  if (placed === null) throw new TypeError('a stored configuration cannot be read')
  return {
    role: 'follower',
    self: init.self,
    timings: init.timings,
    term: Math.max(init.hardState?.term ?? 0, log.lastTerm),
    votedFor: init.hardState?.votedFor ?? null,
    log,
    commitIndex,
    storedCommitIndex: commitIndex,
    configurations: [{ index: 0, configuration: NOBODY }, ...placed],
    tokens: { election: 0, heartbeat: 0 },
    leader: null,
    lastHeardMs: Number.NEGATIVE_INFINITY,
    electionTimeoutMs: null,
  }
}

/** What the founder of a mesh persists before its first start: one committed entry, in which it votes alone. */
export const founding = (self: NodeId): Persist => ({
  hardState: { term: 1, votedFor: null, commitIndex: 1 },
  entries: [
    {
      index: 1,
      term: 1,
      kind: 'configuration',
      data: configurationCodec.encode({ ...NOBODY, voters: [self] }),
    },
  ],
})

/** The newest configuration in the log, committed or not, with its index. */
export const placedConfiguration = (state: SharedState): PlacedConfiguration =>
  state.configurations.at(-1) as PlacedConfiguration

export const configurationOf = (state: SharedState): Configuration => placedConfiguration(state).configuration

/** The leader of the present term, as far as this machine knows. */
export const leaderOf = (state: ConsensusState): NodeId | null => {
  if (state.role === 'leader') return state.self
  return state.role === 'follower' ? state.leader : null
}

/** The part of a state that outlives its role. */
export const sharedOf = ({
  self,
  timings,
  term,
  votedFor,
  log,
  commitIndex,
  storedCommitIndex,
  configurations,
  tokens,
}: SharedState): SharedState => ({
  self,
  timings,
  term,
  votedFor,
  log,
  commitIndex,
  storedCommitIndex,
  configurations,
  tokens,
})
