/** What the scheduler looks at: frozen data, made anew for each round. */
import type {
  AcceptedObject,
  Assignment,
  ObjectKey,
  RevisionId,
  TaskId,
  Update,
} from '../../protocols/decisions/index.ts'
import type { NodeProfile, ServiceSpec } from '../../protocols/spec/index.ts'
import type { TaskStatus } from '../../protocols/tasks/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Standing } from './standing.ts'

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
  /** Why work had better go elsewhere, in words: on battery, too hot, metered; null where nothing speaks against it. */
  readonly strain: string | null
}

/** An accepted service: removed (its spec is null), or one whose target's bytes are known here. */
export interface SchedulerService {
  readonly accepted: AcceptedObject
  /** What is to run: the head, or what an update was taken back to. */
  readonly target: RevisionId
  /** Of the target. */
  readonly spec: ServiceSpec | null
  /** How far its update is; null where none has begun since the head moved. */
  readonly update: UpdateView | null
}

export interface UpdateView {
  readonly row: Update
  /** For how long it has been so, as far as this process knows. */
  readonly sinceMs: number
}

/** How often, and when last, a slot's task ended badly, as far as this process saw it. */
export interface SlotFailures {
  readonly count: number
  readonly lastAtMs: number
  readonly lastNode: NodeId
}

/** What this leader knows of the leases of exclusive tasks; see docs/design/leases.md. */
export interface LeaseView {
  /** Why the lease of a task is withheld; null where it is not. */
  withheldFor(task: TaskId): string | null
  /** From when on a task that is withheld surely runs no more; infinite where this node does not lead. */
  movableAtMs(task: TaskId): number
  /** For how long nobody asked for the lease of a task. */
  silentForMs(task: TaskId): number
  /** Whether a node comes last for exclusive work. */
  isHeldDown(node: NodeId): boolean
}

export interface SchedulerView {
  readonly nowMs: number
  readonly wallMs: number
  /** Whether updates are decided step by step: not in a mesh of version 1. */
  readonly hasUpdates: boolean
  /** Those to plan for: all there are, or the ones about which something may be to do. */
  readonly services: readonly SchedulerService[]
  readonly nodes: readonly SchedulerNode[]
  /** The tasks of a service. */
  tasksOf(object: ObjectKey): readonly Assignment[]
  readonly standing: Standing
  statusOf(task: TaskId): TaskStatus | null
  /** Under that revision. */
  failuresOf(object: ObjectKey, slot: number, revision: RevisionId): SlotFailures | null
  /** Spec of a revision, such as a task's own, which may be older than the head. */
  specOf(of: Pick<Assignment, 'revision'>): ServiceSpec | null
  readonly leases: LeaseView
}

/** A task whose lease is to be renewed no more, so that it can be moved. */
export interface PlannedWithholding {
  readonly task: TaskId
  readonly node: NodeId
  readonly reason: string
  /** Its node was lost, or did not ask for the lease. */
  readonly lost: boolean
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

/** What to do now, as data, for the services of the view. `retryAtMs` is when the same view would give another plan. */
export interface Plan {
  readonly assign: readonly PlannedAssignment[]
  readonly release: readonly { readonly task: TaskId; readonly reason: string }[]
  /** Before anything of them is assigned or released. */
  readonly withhold: readonly PlannedWithholding[]
  /** Where updates go from here. */
  readonly progress: readonly Update[]
  readonly waiting: readonly WaitingSlot[]
  readonly retryAtMs: number | null
  /** Services to be looked at again also when nothing about them changes: something is open, or may run under a lease. */
  readonly unsettled: ReadonlySet<ObjectKey>
}
