import type { Hash, Sign, Verify } from '../../crdt/index.ts'
import type { RecordDocument, TaskRecord } from '../../crdt/records/index.ts'
import type { Decision, DecisionView, Outcome, TaskId } from '../../protocols/decisions/index.ts'
import type { RuntimeKind, TaskStatus } from '../../protocols/tasks/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Connections, Messages, Requests, Topics } from '../ports/network.ts'
import type { Service } from '../ports/service.ts'
import type { RecordStore } from '../ports/storage.ts'

/** Makes bytes small, and large again. */
export interface Packing {
  pack(bytes: Uint8Array): Promise<Uint8Array>
  /** Rejects where they are no packed bytes, or would be over `bytesMax`. */
  unpack(packed: Uint8Array, bytesMax: number): Promise<Uint8Array>
}

export interface RecordsComponents {
  readonly requests: Requests
  readonly messages: Messages
  readonly topics: Topics
  readonly connections: Pick<Connections, 'connected' | 'onPeer'>
  /** A collection of its own. */
  readonly store: RecordStore
  readonly packing: Packing
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly hash: Hash
  readonly sign: Sign
  readonly verify: Verify
  readonly decisions: {
    readonly view: DecisionView
    onApplied(
      listener: (applied: { readonly decision: Decision; readonly outcome: Outcome }) => void,
    ): () => void
    onRestored(listener: () => void): () => void
  }
  /** What runs here. */
  readonly agent: {
    statuses(): ReadonlyMap<TaskId, TaskStatus>
    onStatus(listener: (task: TaskId, status: TaskStatus | null) => void): () => void
    available(): readonly RuntimeKind[]
  }
  readonly leadership: { isSettled(): boolean; decide(decision: Decision): Promise<number> }
  voters(): readonly NodeId[]
}

/** Times and counts that are not as in limits.ts, nor a period a day. */
export interface RecordsBounds {
  readonly periodMs?: number
  readonly graceMs?: number
  readonly agreeMaxMs?: number
  readonly reviewMs?: number
  readonly archivesKept?: number
}

export interface RecordsInit extends RecordsBounds {
  readonly self: NodeId
}

/** A project as this node keeps its task records. */
export interface LinkedProject {
  readonly project: string
  readonly linked: boolean
  /** Why it is, or is not. */
  readonly because: 'votes' | 'runs' | 'told' | 'full' | 'edge'
  /** Open periods, their records, and what these take up. */
  readonly documents: number
  readonly records: number
  readonly bytes: number
  /** Archives that are kept in the mesh, and how many of them are here. */
  readonly archives: number
  readonly archivesHere: number
}

export interface EndedQuery {
  /** Null for all that are linked here. */
  readonly project: string | null
  readonly sinceMs: number
  readonly limit: number
}

export interface EndedTasks {
  /** Newest end first. */
  readonly records: readonly TaskRecord[]
  /** True where there are older ones. */
  readonly more: boolean
  /** Projects that were asked for with all others, and are not linked here. */
  readonly notLinked: readonly string[]
}

export interface RecordsService extends Service {
  /** @throws `projectUnknown`, `projectNotLinked` */
  ended(query: EndedQuery): Promise<EndedTasks>
  projects(): readonly LinkedProject[]
  /** On disk when it resolves; what others have comes soon. @throws `projectUnknown`, `storeFailed` */
  link(project: string): Promise<void>
  /** Gone from this disk when it resolves. @throws `projectUnknown`, `projectHeld`, `storeFailed` */
  unlink(project: string): Promise<void>
  /** Those that are open, or were not dropped yet; to be looked at only. */
  documents(): readonly RecordDocument[]
  /** Equal on two nodes that hold the same open documents. */
  digest(): string
}
