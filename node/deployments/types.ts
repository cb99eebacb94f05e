import type { Revision, RevisionBody } from '../../crdt/index.ts'
import type { NodeVerdict, PlannedPlacement, WaitingSlot } from '../../protocols/control/index.ts'
import type {
  Assignment,
  Decision,
  DecisionView,
  ObjectKey,
  RevisionId,
} from '../../protocols/decisions/index.ts'
import type { MemberStatus } from '../../protocols/membership/index.ts'
import type { Policy, ServiceSpec } from '../../protocols/spec/index.ts'
import type { TaskStatus } from '../../protocols/tasks/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { LogLine, LogsOptions } from '../ports/runtime.ts'

export interface NewRevision {
  readonly object: ObjectKey
  readonly body: RevisionBody
  readonly parents: readonly RevisionId[]
  readonly via: string
  readonly ifHead?: RevisionId | null
}

/** Which lines of a task are wanted; times are those of the node that runs it. */
export interface LogsRequest extends LogsOptions {
  readonly sinceMs?: number
  readonly untilMs?: number
  readonly grep?: string
}

/** One more task of a service, or that of a slot. */
export interface AskedPlace {
  readonly object: ObjectKey
  readonly spec: ServiceSpec
  /** The task that holds the slot, which is then judged as if it were not there. */
  readonly holder: Assignment | null
}

/** A port of this machine that the daemon needs itself. */
export interface OwnPort {
  readonly port: number
  readonly protocol: 'tcp' | 'udp'
  /** What for, as in `for the API`. */
  readonly use: string
}

export interface DeploymentComponents {
  /** The node on which people ask. */
  readonly self: NodeId
  /** What services that are deployed here may take of machines. */
  readonly policy: Policy
  readonly decisions: {
    readonly view: DecisionView
    onBatch(listener: () => void): () => void
    decide(decision: Decision): Promise<number>
  }
  readonly intent: {
    write(revision: NewRevision): Promise<Revision>
    revision(id: RevisionId): Revision | null
    resolveSpec(revision: RevisionId): ServiceSpec | null
    /** Oldest first. */
    pending(view: DecisionView): readonly Revision[]
    /** What edge nodes wrote, oldest first. */
    refused(view: DecisionView): readonly Revision[]
  }
  readonly observed: { statusOf(assignment: Assignment): TaskStatus | null }
  /** How the members see a node. */
  healthOf(node: NodeId): MemberStatus
  /** Where the tasks of these specs would go, by the leader's own functions on this node's view. */
  planPlacements(specs: readonly ServiceSpec[]): readonly PlannedPlacement[]
  /** Every node as a place for that, by the leader's own functions on this node's view. */
  judgeNodes(asked: AskedPlace): readonly NodeVerdict[]
  /** Where this daemon listens itself. */
  ownPorts(): readonly OwnPort[]
  /** Slots that cannot be filled now. */
  waiting(): readonly WaitingSlot[]
  /** Where a browser on this machine opens a service; null where no gateway is served. */
  urlOf(project: string, name: string): string | null
  /** The lines of a task on the node that runs it. */
  readLogs(node: NodeId, task: string, options: LogsRequest): AsyncIterable<LogLine>
  readonly clock: Clock
}
