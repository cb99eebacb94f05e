/** What the scheduler looks at: frozen data, made anew for each round. */
import type {
  AcceptedObject,
  Assignment,
  ObjectKey,
  RevisionId,
  TaskId,
} from '../../protocols/decisions/index.ts'
import type { NodeProfile, ServiceSpec } from '../../protocols/spec/index.ts'
import type { TaskStatus } from '../../protocols/tasks/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'

export type NodeHealth = 'alive' | 'suspect' | 'dead' | 'left' | 'unknown'

export interface SchedulerNode {
  readonly node: NodeId
  readonly name: string
  readonly health: NodeHealth
  /** Since when, on this process's own clock. */
  readonly healthSinceMs: number
  readonly draining: boolean
  /** Null until the node's own report arrived. */
  readonly profile: NodeProfile | null
}

/** An accepted service: removed (its spec is null), or one whose head's bytes are known here. */
export interface SchedulerService {
  readonly accepted: AcceptedObject
  readonly spec: ServiceSpec | null
}

/** How often, and when last, a slot's task ended badly, as far as this process saw it. */
export interface SlotFailures {
  readonly count: number
  readonly lastAtMs: number
  readonly lastNode: NodeId
}

export interface SchedulerView {
  readonly nowMs: number
  readonly services: readonly SchedulerService[]
  readonly tasks: readonly Assignment[]
  readonly nodes: readonly SchedulerNode[]
  statusOf(task: TaskId): TaskStatus | null
  /** Under that revision. */
  failuresOf(object: ObjectKey, slot: number, revision: RevisionId): SlotFailures | null
  /** Spec of a task's own revision, which may be older than the head. */
  specOf(task: Assignment): ServiceSpec | null
}

export interface PlannedAssignment {
  readonly object: ObjectKey
  readonly revision: string
  readonly slot: number
  readonly node: NodeId
  readonly replaces: TaskId | null
  readonly reason: string
}

export interface WaitingSlot {
  readonly object: ObjectKey
  readonly slot: number
  readonly reason: string
  /** When it is tried again; null until something changes. */
  readonly retryAtMs: number | null
}

/** What to do now, as data. `retryAtMs` is when the same view would give another plan. */
export interface Plan {
  readonly assign: readonly PlannedAssignment[]
  readonly release: readonly { readonly task: TaskId; readonly reason: string }[]
  readonly waiting: readonly WaitingSlot[]
  readonly retryAtMs: number | null
}
