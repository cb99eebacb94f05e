import type { Hash, IntentIndex, Register, Revision, RevisionBody, Sign, Verify } from '../../crdt/index.ts'
import type { Decision, DecisionView, ObjectKey, RevisionId } from '../../protocols/decisions/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Connections, Messages, Requests, Topics } from '../ports/network.ts'
import type { Service } from '../ports/service.ts'
import type { RecordStore } from '../ports/storage.ts'

export interface IntentComponents {
  readonly requests: Requests
  readonly messages: Messages
  readonly topics: Topics
  readonly connections: Pick<Connections, 'connected' | 'onPeer'>
  /** Collections of the store; `revisions`, `registers` and `intent` are used. */
  records(name: string): RecordStore
  /** What was indexed of those collections before anything was written to them; absent or null where they are yet to be read. */
  readonly indexed?: () => Promise<IntentIndex | null>
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly hash: Hash
  readonly sign: Sign
  readonly verify: Verify
  /** True for a register that is surely never wanted again: a removed node's, a task's that left the log. */
  forgotten(node: NodeId, key: string): boolean
  /** True for a revision that a decision trimmed: it is taken from nobody, and dropped with the next look. */
  trimmed(revision: Revision): boolean
}

export type Trimming = Extract<Decision, { type: 'revisionsTrimmed' }>

export interface IntentInit {
  readonly self: NodeId
  /** Told where nobody waits for what cannot be read; only a new process may go on then. */
  onFailed(error: Error): void
  /** What the revisions and their ids may amount to; `CATALOGUE_BYTES_MAX` where it is absent. */
  readonly catalogueBytesMax?: number
}

export interface NewRevision {
  readonly object: ObjectKey
  readonly body: RevisionBody
  /** The head, and the conflicts that this settles. */
  readonly parents: readonly RevisionId[]
  /** The door by which it came in: `cli`, `api`. */
  readonly via: string
  /** The head that the author insists on, null for none; absent where concurrent edits are welcome. */
  readonly ifHead?: RevisionId | null
}

/** What is new here; registers of this node's own included. */
export interface IntentChange {
  readonly revisions: readonly Revision[]
  readonly registers: readonly Register[]
}

export interface IntentService extends Service {
  /** Writes a revision: on disk when it resolves, and on its way to everybody. @throws `revisionInvalid`, `revisionTooLarge`, `documentFull`, `storeFailed` */
  write(revision: NewRevision): Promise<Revision>
  revision(id: RevisionId): Revision | null
  /** Whether a revision is here, which costs less than the revision itself. */
  holds(id: RevisionId): boolean
  /** The spec in a revision; null where it is not here, or is a removal. */
  resolveSpec(id: RevisionId): ServiceSpec | null
  /** Resolves once all are on this disk; fetches them from whoever is connected. @throws `revisionMissing` when time is up or the service stops */
  whenStored(ids: readonly RevisionId[], options: { readonly timeoutMs: number }): Promise<void>
  /** Asks a few who are connected for what is not here, each once; resolves when they have answered, whatever came. */
  seek(ids: readonly RevisionId[]): Promise<void>
  /** Revisions that no decision accepted and that still may be, oldest first. */
  pending(view: Pick<DecisionView, 'objects' | 'edges'>): readonly Revision[]
  /** Those of edge nodes, which never are accepted, until they are trimmed; oldest first. */
  refused(view: Pick<DecisionView, 'objects' | 'edges'>): readonly Revision[]
  /** Old revisions that a leader may propose to trim, by object. */
  trimmable(view: Pick<DecisionView, 'objects' | 'edges' | 'aging' | 'tasksOf'>): Iterable<Trimming>
  /** To be called when these were trimmed: drops them, and what went with them, now and not when a look comes by. */
  dropTrimmed(named: Iterable<RevisionId>, view: Pick<DecisionView, 'objects'>): void
  /**
   * To be called when the log was not followed entry by entry, or a member was removed: looks, in slices, at all that is held,
   * and seeks what is kept and was named by no entry. It is committed, so it is not waited for.
   */
  review(view: Pick<DecisionView, 'objects'>): void
  /** To be called when registers of that key may have come to be forgotten; such are gone soon. */
  forgetSoon(key: string): void
  /** Says something of this node; with others within a fraction of a second. @throws `registerInvalid` */
  setRegister(key: string, value: Uint8Array): void
  register(node: NodeId, key: string): Register | null
  /** All registers whose keys begin with `prefix`, of all nodes. */
  registers(prefix: string): readonly Register[]
  /** By connected peer, how far its wall clock is ahead of this node's; below 0 where it is behind. */
  clocksAheadMs(): ReadonlyMap<NodeId, number>
  /** Equal on two nodes that hold the same. */
  digest(): string
  /** Returns the end of the subscription. */
  onChange(listener: (change: IntentChange) => void): () => void
}
