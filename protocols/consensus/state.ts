/** What the machine knows, by role. A field stands only where its role gives it a meaning. */
import type { Generation } from '../generations/index.ts'
import type { NodeId } from '../wire/index.ts'
import {
  configurationCodec,
  configurationsIn,
  isStranger,
  NOBODY,
  nameStores,
  type PlacedConfiguration,
} from './configuration.ts'
import { APPENDS, TERM_JUMP_MAX } from './limits.ts'
import { LOG_START, Log } from './log.ts'
import type { Progress } from './progress.ts'
import type { Receipt } from './receipt.ts'
import type {
  AppendBounds,
  Configuration,
  ConsensusTimer,
  ConsensusTimings,
  HardState,
  LogEntry,
  LogPoint,
  Persist,
  Snapshot,
  StoreId,
  StoreStamp,
} from './types.ts'

/** A silent leader is noticed within 1.05 s; over 4 heartbeats may be lost before that, however busy a machine is. */
export const DEFAULT_TIMINGS: ConsensusTimings = { heartbeatMs: 150, electionMs: 700 }

/**
 * Share of `electionMs` over which election time-outs are drawn: with the defaults 350 ms, so two voters wake within the 10 ms
 * that an election takes in one of twenty, and an election that failed for that is held again.
 */
export const ELECTION_SPREAD = 0.5

/** What every role has. */
export interface SharedState {
  readonly self: NodeId
  readonly timings: ConsensusTimings
  readonly appends: AppendBounds
  /** Null on a machine whose store has no name: it counts wherever none is asked for. */
  readonly store: StoreStamp | null
  /** Null in the first one. */
  readonly generation: Generation | null
  readonly supersededBy: Generation | null
  readonly term: number
  readonly votedFor: NodeId | null
  /** Stands for the log up to its index, where there is one; the log may begin before that, never after. */
  readonly snapshot: Snapshot | null
  readonly log: Log
  readonly commitIndex: number
  /** The commit index that is on disk; it may lag. */
  readonly storedCommitIndex: number
  /** Every configuration of the log after its snapshot, oldest first, after the one that holds there; never empty. */
  readonly configurations: readonly PlacedConfiguration[]
  /** Who campaigns late, and hands over to any other voter. */
  readonly edges: ReadonlySet<NodeId>
  /** Token of the newest timer of each kind. */
  readonly tokens: Readonly<Record<ConsensusTimer, number>>
}

/** What every role but the leader has. */
interface WaitingState extends SharedState {
  /** When the leader was last heard, or a vote was granted, or this campaign began or asked again: the election time-out runs from here. */
  readonly lastHeardMs: number
  /** How long this time; null while no election timer runs. */
  readonly electionTimeoutMs: number | null
}

export interface FollowerState extends WaitingState {
  readonly role: 'follower'
  readonly leader: NodeId | null
  /** The snapshot that this leader is sending, as far as it is here. */
  readonly receiving: Receipt | null
}

export interface CampaignState extends WaitingState {
  readonly role: 'preCandidate' | 'candidate'
  readonly votes: ReadonlyMap<NodeId, Ballot>
}

/** A vote, and the store that promised it. */
export interface Ballot {
  readonly granted: boolean
  readonly store: StoreId | null
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
  /** The round that began when they were asked for: who answered it was there then. */
  readonly wantedRound: number
}

export type ConsensusState = FollowerState | CampaignState | LeaderState

export interface ConsensusInit {
  readonly self: NodeId
  readonly timings: ConsensusTimings
  /** At most what a receiver takes; `APPENDS` where it is absent. */
  readonly appends?: AppendBounds
  readonly store?: StoreStamp | null
  /** As it was persisted; null on a machine that never persisted any. */
  readonly hardState: HardState | null
  /** Absent on a machine whose log was never compacted. */
  readonly snapshot?: Snapshot | null
  /** The place after which the stored entries begin. */
  readonly base?: LogPoint
  readonly entries: readonly LogEntry[]
}

/** Throws unless what was stored fits together: a machine that forgot what it acknowledged must not speak. */
const assertWhole = (log: Log, snapshotIndex: number, commitIndex: number): void => {
  if (commitIndex > log.lastIndex) {
    throw new RangeError(`the log ends at ${log.lastIndex}, before its commit index ${commitIndex}`)
  }
  if (snapshotIndex > commitIndex) {
    throw new RangeError(`the snapshot at ${snapshotIndex} is beyond the commit index ${commitIndex}`)
  }
  if (log.base.index > snapshotIndex) {
    throw new RangeError(`nothing stands for the log between ${snapshotIndex} and ${log.base.index}`)
  }
}

/**
 * The machine as it was stored, a follower that waits for `started`.
 * Throws when the log has a gap, ends before its commit index, begins after its snapshot, or holds a configuration
 * that cannot be read.
 */
export const createConsensus = (init: ConsensusInit): ConsensusState => {
  const { appends = APPENDS, store = null, snapshot = null, base = LOG_START } = init
  const log = Log.of(init.entries, base)
  const commitIndex = init.hardState?.commitIndex ?? 0
  const { index, configuration } = snapshot ?? { index: 0, configuration: NOBODY }
  assertWhole(log, index, commitIndex)
  const placed = configurationsIn(log.slice(index + 1, log.lastIndex))
  if (placed === null) throw new TypeError('a stored configuration cannot be read')
  return {
    role: 'follower',
    self: init.self,
    timings: init.timings,
    appends,
    store,
    generation: init.hardState?.generation ?? null,
    supersededBy: init.hardState?.supersededBy ?? null,
    term: Math.max(init.hardState?.term ?? 0, log.lastTerm),
    votedFor: init.hardState?.votedFor ?? null,
    snapshot,
    log,
    commitIndex,
    storedCommitIndex: commitIndex,
    configurations: [{ index, configuration }, ...placed],
    edges: new Set(),
    tokens: { election: 0, heartbeat: 0 },
    leader: null,
    receiving: null,
    lastHeardMs: Number.NEGATIVE_INFINITY,
    electionTimeoutMs: null,
  }
}

/** What the founder of a mesh persists before its first start: one committed entry, in which it votes alone with its store. */
export const founding = (self: NodeId, store: StoreStamp | null = null): Persist => ({
  hardState: { term: 1, votedFor: null, commitIndex: 1 },
  entries: [
    {
      index: 1,
      term: 1,
      kind: 'configuration',
      data: configurationCodec.encode(nameStores({ ...NOBODY, voters: [self] }, () => store?.id ?? null)),
    },
  ],
  compaction: null,
})

/** The newest configuration in the log, committed or not, with its index. */
export const placedConfiguration = (state: SharedState): PlacedConfiguration =>
  state.configurations.at(-1) as PlacedConfiguration

export const configurationOf = (state: SharedState): Configuration => placedConfiguration(state).configuration

/**
 * Whether the word of this machine counts for nothing: its generation is over, or it votes with another store than the one
 * named for it, and what it promised once is not here.
 */
export const isObserver = (state: SharedState): boolean =>
  state.supersededBy !== null || isStranger(configurationOf(state), state.self, state.store?.id ?? null)

/** The latest term that is believed: of who has no log yet, any. */
export const termMax = ({ term, log }: SharedState): number =>
  log.lastIndex === 0 ? Number.MAX_SAFE_INTEGER : term + TERM_JUMP_MAX

/** The leader of the present term, as far as this machine knows. */
export const leaderOf = (state: ConsensusState): NodeId | null => {
  if (state.role === 'leader') return state.self
  return state.role === 'follower' ? state.leader : null
}

/** The part of a state that outlives its role. */
export const sharedOf = ({
  self,
  timings,
  appends,
  store,
  generation,
  supersededBy,
  term,
  votedFor,
  snapshot,
  log,
  commitIndex,
  storedCommitIndex,
  configurations,
  edges,
  tokens,
}: SharedState): SharedState => ({
  self,
  timings,
  appends,
  store,
  generation,
  supersededBy,
  term,
  votedFor,
  snapshot,
  log,
  commitIndex,
  storedCommitIndex,
  configurations,
  edges,
  tokens,
})

/** What of a state must be on disk. */
export const hardStateOf = ({
  term,
  votedFor,
  commitIndex,
  generation,
  supersededBy,
}: SharedState): HardState => ({
  term,
  votedFor,
  commitIndex,
  ...(generation && { generation }),
  ...(supersededBy && { supersededBy }),
})
