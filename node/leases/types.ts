import type { ConsensusRole } from '../../protocols/consensus/index.ts'
import type { Assignment, TaskId } from '../../protocols/decisions/index.ts'
import type { Generation } from '../../protocols/generations/index.ts'
import type { LeaseGuard, LeaseMessage, WantedLease, Withholding } from '../../protocols/leases/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Channel, Connections } from '../ports/network.ts'
import type { Service } from '../ports/service.ts'

export interface LeasesComponents {
  readonly channel: Channel<LeaseMessage>
  readonly connections: Pick<Connections, 'self' | 'connected'>
  readonly consensus: {
    view(): {
      readonly role: ConsensusRole
      readonly term: number
      readonly leader: NodeId | null
      readonly configuration: { readonly voters: readonly NodeId[] }
      readonly generation: Generation | null
    }
    /** Proven by a quorum that was asked after the call. */
    readIndex(options: { readonly timeoutMs: number }): Promise<number>
  }
  /** True while this node leads and has applied an entry of its own term. */
  readonly leadership: { isSettled(): boolean; onChange(listener: () => void): () => void }
  readonly decisions: {
    readonly view: { readonly tasks: ReadonlyMap<TaskId, Assignment>; readonly appliedIndex: number }
  }
  /** Resolves once the watchdog has the end of a lease, or nothing runs yet that it could kill; else the lease is not renewed. */
  guard(guard: LeaseGuard): Promise<void>
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

/** What a node does that runs exclusive tasks. */
export interface HeldLeases {
  /** All exclusive tasks of this node that have not ended, each time. */
  want(tasks: readonly WantedLease[]): void
  /** When the lease ends, by the clock; null where there is none, or where it is about to end. */
  untilMs(task: TaskId): number | null
  /** The leader is moving the task: it is to end here for good. */
  isMoving(task: TaskId): boolean
  /** Called with tasks that have a lease now and had none, or the other way round, or are being moved. */
  onChange(listener: (tasks: readonly TaskId[]) => void): () => void
}

/** What a leader does; on all other nodes nothing is movable, and nothing withheld. */
export interface GrantedLeases {
  /** All exclusive tasks of the log, each time. */
  follow(tasks: readonly TaskId[]): void
  /** Renews the leases of these no more, for the rest of the term. */
  withhold(tasks: readonly Withholding[]): void
  /** Why the lease of a task is withheld; null where it is not. */
  withheldFor(task: TaskId): string | null
  /** By the clock: from when on a task that is withheld surely runs no more. */
  movableAtMs(task: TaskId): number
  /** For how long nobody asked for the lease of a task, as far as this leader knows. */
  silentForMs(task: TaskId): number
  /** Whether a node comes last for exclusive work, because of leases that it lost. */
  isHeldDown(node: NodeId): boolean
}

export interface Leases extends Service {
  readonly held: HeldLeases
  readonly granted: GrantedLeases
}
