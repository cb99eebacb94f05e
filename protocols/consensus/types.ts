/**
 * The words of consensus: what is stored, what is sent, what a step gives back.
 *
 * After etcd's raft (Ongaro's thesis, chapters 3, 4, 5, 6 and 9): pre-vote, check-quorum, leader transfer,
 * learners, joint consensus, snapshots. The machine knows neither clock nor disk nor what an entry means.
 */
import type { Generation } from '../generations/index.ts'
import type { NodeId } from '../wire/index.ts'

/** Where a node keeps what it promised: made at random with an empty store, and anew for a copy of one. */
export type StoreId = string

/** Which store speaks, and in which of its lives: the number rises with each start. */
export interface StoreStamp {
  readonly id: StoreId
  readonly boot: number
}

/** By voter the store whose word counts; a voter without one counts whatever its store. */
export type StoreNames = Readonly<Record<NodeId, StoreId>>

/** Who votes. During a joint change both majorities are needed. */
export interface Configuration {
  readonly voters: readonly NodeId[]
  readonly stores?: StoreNames
  /** The voters being left behind; empty outside a joint change. A voter that comes back with another store is in both. */
  readonly votersOutgoing: readonly NodeId[]
  readonly storesOutgoing?: StoreNames
  /** Members that receive the log and do not vote yet. */
  readonly learners: readonly NodeId[]
}

export type EntryKind = 'noop' | 'configuration' | 'decision'

export interface LogEntry {
  readonly index: number
  readonly term: number
  readonly kind: EntryKind
  /** Empty for a no-op; an encoded configuration; or whatever the proposer gave. */
  readonly data: Uint8Array
}

/** A place in the log. */
export interface LogPoint {
  readonly index: number
  readonly term: number
}

/** The bytes of a snapshot, wherever they lie: a part of what is on disk is read when it is asked for. */
export interface SnapshotData {
  readonly byteLength: number
  subarray(begin: number, end: number): Uint8Array
}

/** What the log amounts to up to a place in it, in the caller's own words, and who votes there. */
export interface Snapshot extends LogPoint {
  readonly configuration: Configuration
  readonly data: SnapshotData
}

/** A part of a snapshot on its way: `data` stands at `offset` among `bytes`. */
export interface SnapshotPiece extends Omit<Snapshot, 'data'> {
  readonly data: Uint8Array
  readonly offset: number
  readonly bytes: number
}

/** What must be on disk before anything that rests on it is said. The commit index may lag there: it is proven again. */
export interface HardState {
  readonly term: number
  readonly votedFor: NodeId | null
  readonly commitIndex: number
  /** Whose log this is; absent in the first one. */
  readonly generation?: Generation
  /** A newer one that this machine has heard of: it is silent until it has that one's log. */
  readonly supersededBy?: Generation
}

/** Of another generation than the machine's, it means nothing to it. */
export type ConsensusMessage = ConsensusWords & { readonly generation?: Generation }

type ConsensusWords =
  | {
      readonly type: 'preVote' | 'vote'
      readonly term: number
      readonly lastIndex: number
      readonly lastTerm: number
      readonly transfer: boolean
    }
  | {
      readonly type: 'preVoteReply' | 'voteReply'
      readonly term: number
      readonly granted: boolean
      readonly store?: StoreStamp
    }
  | {
      readonly type: 'append'
      readonly term: number
      readonly prevIndex: number
      readonly prevTerm: number
      readonly entries: readonly LogEntry[]
      readonly commitIndex: number
      /** Rises with each round of heartbeats; echoed, so that a reply proves that the quorum is of now (read index). */
      readonly round: number
    }
  | {
      readonly type: 'appendReply'
      readonly term: number
      readonly accepted: boolean
      /** Accepted: the last index known to match. Refused: a hint where to try next. */
      readonly matchIndex: number
      readonly round: number
      readonly store?: StoreStamp
    }
  | { readonly type: 'snapshotPiece'; readonly term: number; readonly piece: SnapshotPiece }
  /** The bytes held so far of the snapshot at `index`; what is installed, or not needed, is answered by `appendReply`. */
  | {
      readonly type: 'snapshotReply'
      readonly term: number
      readonly index: number
      readonly offset: number
      readonly store?: StoreStamp
    }
  | { readonly type: 'timeoutNow'; readonly term: number }

export type ConsensusEvent =
  | { readonly type: 'started' }
  | {
      readonly type: 'received'
      readonly from: NodeId
      readonly message: ConsensusMessage
    }
  /** A timer set by a `schedule` effect fired. */
  | {
      readonly type: 'timer'
      readonly timer: ConsensusTimer
      readonly token: number
    }
  /** `proposals` carry the caller's own ids, which come back in `committed` or `dropped`. */
  | { readonly type: 'propose'; readonly proposals: readonly Proposal[] }
  /** Asks for another set of voters; learners are caught up first, then one joint change is made. */
  | { readonly type: 'changeVoters'; readonly voters: readonly NodeId[] }
  /** Committed entries, learned by following a voter rather than by `append`. */
  | {
      readonly type: 'followed'
      readonly entries: readonly LogEntry[]
      readonly commitIndex: number
      /** Whose log they are of; those of another one mean nothing. */
      readonly generation?: Generation
    }
  /** A snapshot, learned by following a voter that does not have the entries any more. */
  | { readonly type: 'followedSnapshot'; readonly snapshot: Snapshot; readonly generation?: Generation }
  /**
   * `data` stands for the log up to `index`, which is committed. The log is cut off before, but for the last
   * `keepEntries` entries, so that a follower that is a little behind needs no snapshot.
   */
  | {
      readonly type: 'compact'
      readonly index: number
      readonly data: Uint8Array
      readonly keepEntries: number
    }
  /** The owner knows that there is no other member: the only voter may go on with the store that it has now. */
  | { readonly type: 'adoptStore' }
  /**
   * A person gave the other voters up: all of this log, which ends at `from`, counts, `data` follows it as a decision, and
   * this node votes alone.
   */
  | {
      readonly type: 'recover'
      readonly generation: Generation
      readonly from: LogPoint
      readonly data: Uint8Array
    }
  /** A newer generation exists: nothing is promised, decided or followed in this one any more. */
  | { readonly type: 'supersede'; readonly by: Generation }
  /** Takes the log of a newer generation, from its snapshot on, in place of this one. */
  | { readonly type: 'adopt'; readonly generation: Generation; readonly snapshot: Snapshot }
  /** Who leads only as a last resort, from now on; forgotten with the process. */
  | { readonly type: 'edges'; readonly nodes: ReadonlySet<NodeId> }
  | { readonly type: 'transferLeadership'; readonly to: NodeId }
  /** Asks for proof that this node still leads; answered by `readReady`. */
  | { readonly type: 'read'; readonly readId: number }

export interface Proposal {
  readonly proposalId: number
  readonly data: Uint8Array
  /** Dropped in any other term: what a leader concluded from its own view is worth nothing under the next one. */
  readonly term?: number
}

export type ConsensusTimer = 'election' | 'heartbeat'

/** A snapshot in place of the one before, and what remains of the stored log: the entries after `base` up to `lastIndex`. */
export interface Compaction {
  readonly snapshot: Snapshot
  readonly base: LogPoint
  readonly lastIndex: number
}

/**
 * What must be synced to disk as a whole: the compaction first, then `entries`, which replace whatever is stored from
 * the first one's index on.
 */
export interface Persist {
  readonly hardState: HardState | null
  readonly entries: readonly LogEntry[]
  readonly compaction: Compaction | null
}

export interface Send {
  readonly to: NodeId
  readonly message: ConsensusMessage
}

/** Replaces the earlier one of the same timer; one that fires all the same is known by its token and ignored. */
export interface Schedule {
  readonly timer: ConsensusTimer
  readonly afterMs: number
  readonly token: number
}

/**
 * What a step gives back. The interpreter goes through the four in this order, awaits `persist` before all else,
 * and takes the next event only then; a reply before the write that it rests on has no place to stand.
 */
export interface ConsensusEffects {
  readonly persist: Persist | null
  readonly send: readonly Send[]
  readonly schedule: readonly Schedule[]
  /** In this order: `generationMet`, `roleChanged`, `appended` and `dropped`, `snapshotInstalled`, `committed`, `readReady`. */
  readonly notify: readonly ConsensusNotice[]
}

export type ConsensusNotice =
  | {
      readonly type: 'roleChanged'
      readonly role: ConsensusRole
      readonly term: number
      readonly leader: NodeId | null
    }
  /** Where a proposal went: its index and term. It has taken effect only if that index commits with that term. */
  | {
      readonly type: 'appended'
      readonly proposalId: number
      readonly index: number
      readonly term: number
    }
  | {
      readonly type: 'dropped'
      readonly proposalId: number
      readonly leader: NodeId | null
      readonly term: number
    }
  /** A message of another generation came, null being the first one. */
  | { readonly type: 'generationMet'; readonly from: NodeId; readonly generation: Generation | null }
  /** What the log amounts to up to `index`; `committed` goes on after it. `started` gives the stored one. */
  | { readonly type: 'snapshotInstalled'; readonly index: number; readonly data: Uint8Array }
  /** Entries that are committed now, in order, each at most once per process: `started` gives the stored ones. */
  | {
      readonly type: 'committed'
      readonly entries: readonly LogEntry[]
      readonly commitIndex: number
    }
  /** Proof that the leader led after the read was asked for, up to `index`; null where there is none. */
  | {
      readonly type: 'readReady'
      readonly readId: number
      readonly index: number | null
    }

export type ConsensusRole = 'follower' | 'preCandidate' | 'candidate' | 'leader'

/** What one append holds at most; one entry always fits. */
export interface AppendBounds {
  readonly entriesMax: number
  /** Of the data of all its entries. */
  readonly bytesMax: number
}

/** Times of an election, in milliseconds. A silent leader is noticed after `electionMs` to one and a half times that. */
export interface ConsensusTimings {
  readonly heartbeatMs: number
  readonly electionMs: number
}

/** What a step may use of the world: arguments, so that a run can be replayed. */
export interface StepEnv {
  readonly nowMs: number
  random(): number
}
