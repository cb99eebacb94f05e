import type {
  AppendBounds,
  ConsensusMessage,
  ConsensusTimings,
  ConsensusView,
  LogEntry,
  LogPoint,
  Snapshot,
} from '../../protocols/consensus/index.ts'
import type { Generation } from '../../protocols/generations/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Channel, Connections, Requests, Streams } from '../ports/network.ts'
import type { Service } from '../ports/service.ts'
import type { ConsensusStore, StoredConsensus } from '../ports/storage.ts'
import type { NamedBytes } from './append-gate.ts'
import type { Committed, WaitOptions } from './pending-proposals.ts'
import type { CompactionBounds, Taken } from './snapshot-taking.ts'

export interface ConsensusComponents {
  readonly channel: Channel<ConsensusMessage>
  readonly requests: Requests
  readonly streams: Streams
  readonly connections: Pick<Connections, 'connected' | 'onPeer'>
  readonly store: ConsensusStore
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

export interface ConsensusInit {
  readonly self: NodeId
  readonly timings: ConsensusTimings
  /** True on the first machine of a mesh: with an empty store it begins as the only voter. */
  readonly founding: boolean
  /** Judges what another member wants proposed, on the leader, and gives what is appended. What it throws reaches that member. */
  admit(data: Uint8Array, from: NodeId): Uint8Array
  /** What entries name beside the log, such as revisions: kept from the machine, and so unacknowledged, until it is stored here. */
  readonly named?: NamedBytes
  /**
   * What the committed log amounts to here, in the caller's own words, for a snapshot; null while it cannot tell. Asked
   * after all listeners heard of a commit. Without it the log is never cut off. What takes long is promised, and
   * dropped where another log has taken the place of this one meanwhile.
   */
  snapshot?(): Taken | Promise<Taken> | null
  /** When the log is cut off; `COMPACTION` where it is absent. */
  readonly compaction?: CompactionBounds
  /** What one append holds at most; `APPENDS` where it is absent. */
  readonly appends?: AppendBounds
  /**
   * Called with the whole log of a generation that this node leaves, before the log of a newer one, which begins with a
   * snapshot at `beginsAt`, takes its place; that waits until it resolves, and is tried again where it rejects.
   */
  leaving?(left: StoredConsensus, beginsAt: number): Promise<void>
  /** Consensus ended on this node, because of a failed write or a bug; only a new process may go on. */
  onFailed(error: Error): void
}

export type CommittedListener = (entries: readonly LogEntry[], commitIndex: number) => void
export type SnapshotListener = (snapshot: Taken) => void

export interface ProposeOptions extends WaitOptions {
  /**
   * Proposed by this node as the leader of this very term, and once: for what it concluded from its own view, which the
   * leader of another term may not have. Else `notLeader`.
   */
  readonly term?: number
}

export interface ConsensusService extends Service {
  readonly self: NodeId
  /** What this node knows at the moment; where no leader speaks to it, `leader` is the one of whom it follows the log. */
  view(): ConsensusView
  /**
   * Resolves once `data` is committed, also from a node that does not lead. It may be committed after an error, unless the
   * code is `notLeader` or `proposalDropped`; so its meaning must bear repetition.
   *
   * @throws `noQuorum`, `notLeader`, `proposalDropped`, `proposalUnanswered`, `decisionTooLarge`, `consensusBusy`,
   *   `consensusStopped`, or what the leader's `admit` threw
   */
  propose(data: Uint8Array, options: ProposeOptions): Promise<Committed>
  /**
   * An index that covers all that was committed before the call, proven by a quorum that was asked after it.
   * Whoever has applied up to there has read the present. @throws as `propose`
   */
  readIndex(options: WaitOptions): Promise<number>
  /** Where the committed log stands at `index`, and who votes there, for a snapshot; null where that cannot be told here. */
  placeAt(index: number): Omit<Snapshot, 'data'> | null
  /** Says who leads only as a last resort: on the node itself, and where this node looks for a successor. */
  setEdges(nodes: ReadonlySet<NodeId>): void
  /** Asks for other voters, 1, 3 or 5, on the leader, in place of a change that has not begun; elsewhere nothing comes of it. */
  changeVoters(voters: readonly NodeId[]): void
  /**
   * Lets the only voter of a mesh go on with a store that is not the one named for it; nothing comes of it elsewhere. Only
   * for whoever knows that there is no other member, for another one may know of decisions that this store does not.
   */
  adoptStore(): void
  /**
   * Goes on alone in a new generation with all of this log, which ends at `from`, and with `data` as its first decision.
   * Resolves once that is on disk; nothing comes of it where the log ends elsewhere, or a newer generation is known.
   * What waits here ends.
   */
  recover(generation: Generation, from: LogPoint, data: Uint8Array): Promise<void>
  /** This generation is over: resolves once that is on disk. The log of the newer one is then fetched from whoever has it. */
  supersede(by: Generation): Promise<void>
  /** Puts a snapshot in place of the whole log before it, for those who come from another generation. */
  cutLog(): void
  /** Somebody speaks from another generation, null being the first. */
  onGenerationMet(listener: (from: NodeId, generation: Generation | null) => void): () => void
  /** Asks this leader to hand over to a voter; nothing comes of it where that is not possible. */
  transfer(to: NodeId): void
  /** Each committed entry at most once per process and in order, beginning with the stored ones; subscribe before `start`. */
  onCommitted(listener: CommittedListener): () => void
  /**
   * A snapshot takes the place of all that was told before: the stored one at the start, or that of a leader whose log
   * begins after what this node has. Commits go on after its index.
   */
  onSnapshot(listener: SnapshotListener): () => void
  onRole(listener: (view: ConsensusView) => void): () => void
}
