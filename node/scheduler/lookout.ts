/**
 * Keeps in mind which services are to be looked at, and makes the views of them: fed by every change, so that nobody has to
 * look at all there is. See docs/design/scheduler.md.
 */
import {
  type Assignment,
  type Decision,
  type DecisionView,
  type ObjectKey,
  type RevisionId,
  type TaskId,
  targetOf,
  taskIdOf,
  UPDATES_VERSION,
} from '../../protocols/decisions/index.ts'
import { type ServiceSpec, serviceKey } from '../../protocols/spec/index.ts'
import type { TaskStatus } from '../../protocols/tasks/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import { createAgenda } from './agenda.ts'
import { createClaims } from './claims.ts'
import { createFailureMemory } from './failure-memory.ts'
import { mayBeLeased } from './lease-wait.ts'
import { changedNodes } from './node-changes.ts'
import { heldBack, type Survey, surveyNodes } from './slot-need.ts'
import type {
  LeaseView,
  Plan,
  PlannedAssignment,
  SchedulerNode,
  SchedulerService,
  SchedulerView,
  WaitingSlot,
} from './view.ts'

/** What of the registers and revisions changed. */
export interface RecordsChange {
  /** Revisions of these came. */
  readonly objects: readonly ObjectKey[]
  /** Something else is told of these. */
  readonly tasks: readonly TaskId[]
  /** Some node tells something else of itself. */
  readonly nodes: boolean
}

export interface LookoutSources {
  readonly decisions: {
    readonly view: DecisionView
    onApplied(
      listener: (applied: {
        readonly decision: Decision
        readonly outcome: { readonly ok: boolean }
      }) => void,
    ): () => void
    onRestored(listener: () => void): () => void
  }
  readonly records: {
    specOf(revision: RevisionId): ServiceSpec | null
    statusOf(task: TaskId): TaskStatus | null
    onChange(listener: (change: RecordsChange) => void): () => void
  }
  readonly leases: LeaseView
  readonly members: { nodes(): readonly SchedulerNode[]; onChange(listener: () => void): () => void }
  readonly clock: Pick<Clock, 'nowMs' | 'wallMs'>
}

/** The service of a task, as its id says. */
const objectOf = (task: TaskId): ObjectKey => {
  const [project, service] = task.split('.') as [string, string]
  return serviceKey(project, service)
}

/** The same answer for as long as a view lasts. */
const remember = <Key, Value>(find: (key: Key) => Value): ((key: Key) => Value) => {
  const known = new Map<Key, Value>()
  return (key) => {
    if (!known.has(key)) known.set(key, find(key))
    return known.get(key) as Value
  }
}

export const createLookout = ({ decisions, records, leases, members, clock }: LookoutSources) => {
  const agenda = createAgenda()
  const claims = createClaims()
  const failures = createFailureMemory()
  /** By service, the tasks that run under a lease, or may. */
  const leased = new Map<ObjectKey, readonly TaskId[]>()
  /** By service, when this process learned of the last step of its update. */
  const steppedMs = new Map<ObjectKey, number>()
  let taken: readonly ObjectKey[] = []
  /** The last one that was taken. */
  let view: SchedulerView
  let nodes: readonly SchedulerNode[] = []
  /** Null while no service was looked at. */
  let survey: Survey | null = null
  let mayNodesDiffer = true
  /** A task is gone from where it stood: its place may be another's now. */
  let isRoomFreed = false

  const tasksOf = (object: ObjectKey): readonly Assignment[] => [...decisions.view.tasksOf(object)]

  const onApplied = (decision: Decision): void => {
    switch (decision.type) {
      case 'revisionAccepted':
        if (!decisions.view.updates.has(decision.object)) steppedMs.delete(decision.object)
        agenda.change(decision.object)
        break
      case 'updateProgressed':
      case 'updateSteered':
        steppedMs.set(decision.object, clock.nowMs())
        agenda.change(decision.object)
        break
      case 'taskAssigned':
        if (decision.replaces !== null) leave(decision.replaces)
        agenda.change(decision.object)
        break
      case 'taskReleased':
        leave(decision.task)
        agenda.change(objectOf(decision.task))
        break
      case 'nodeAdmitted':
      case 'nodeDrained':
      case 'nodeRemoved':
        mayNodesDiffer = true
    }
  }

  const leave = (task: TaskId): void => {
    claims.remove(task)
    isRoomFreed = true
  }

  const onRestored = (): void => {
    claims.clear()
    leased.clear()
    steppedMs.clear()
    for (const object of decisions.view.updates.keys()) steppedMs.set(object, clock.nowMs())
    mayNodesDiffer = true
    survey = null
    agenda.changeAll(decisions.view.objects.keys())
  }

  const onRecords = ({ objects, tasks, nodes: areNodes }: RecordsChange): void => {
    for (const object of objects) agenda.change(object)
    for (const task of tasks) agenda.change(objectOf(task))
    if (areNodes) mayNodesDiffer = true
  }

  const lookAtNodes = (): void => {
    const before = survey
    nodes = members.nodes()
    survey = surveyNodes(nodes)
    if (before === null) return
    for (const node of changedNodes(before, survey))
      for (const { object } of decisions.view.tasksOn(node)) agenda.change(object)
  }

  /** While some services were not looked at yet, any port may be theirs: nobody is placed on a port that is in use. */
  const publishingMaybe = (node: NodeId, port: string): number =>
    agenda.isComplete() ? claims.publishing(node, port) : Math.max(1, claims.publishing(node, port))

  const viewOf = (
    services: readonly SchedulerService[],
    specOf: (revision: RevisionId) => ServiceSpec | null,
    publishing: SchedulerView['standing']['publishing'],
  ): SchedulerView => ({
    nowMs: clock.nowMs(),
    wallMs: clock.wallMs(),
    hasUpdates: decisions.view.meshVersion >= UPDATES_VERSION,
    services,
    nodes,
    tasksOf,
    standing: {
      publishing,
      reservedOn: (node) => ({
        ...claims.reservedOn(node, decisions.view.taskCountOn(node)),
        isWhole: agenda.isComplete(),
      }),
    },
    statusOf: remember(records.statusOf),
    failuresOf: failures.of,
    specOf: ({ revision }) => specOf(revision),
    leases,
  })

  /** For how long the update of a service has been as it is; of what was before this process knew, since then. */
  const sinceStep = (object: ObjectKey): number => clock.nowMs() - (steppedMs.get(object) ?? clock.nowMs())

  const takeView = (slotsMax: number): SchedulerView => {
    const services: SchedulerService[] = []
    const specOf = remember(records.specOf)
    const next = viewOf(services, specOf, publishingMaybe)
    const wasComplete = agenda.isComplete()
    failures.forget(next.nowMs)
    taken = agenda.take(slotsMax, (object) => {
      const own = tasksOf(object)
      for (const task of own) claims.add(task, specOf(task.revision))
      failures.observe(object, own, next.statusOf, next.nowMs)
      const accepted = decisions.view.objects.get(object)
      if (accepted === undefined) return Math.max(1, own.length)
      const row = decisions.view.updates.get(object)
      const target = targetOf(accepted, row)
      const spec = accepted.removed ? null : specOf(target)
      const update = row === undefined ? null : { row, sinceMs: sinceStep(object) }
      // Nobody can say what is wanted of a service whose target is not here yet.
      if (accepted.removed || spec !== null) services.push({ accepted, target, spec, update })
      return Math.max(1, own.length, spec?.replicas ?? 0)
    })
    if (!wasComplete && agenda.isComplete()) isRoomFreed = true
    return next
  }

  const leasedOf = (object: ObjectKey): TaskId[] =>
    tasksOf(object).flatMap((task) => (mayBeLeased(task, view) ? [task.task] : []))

  return {
    /** Keeps the agenda, and tells of each change. Returns the ends of the subscriptions. */
    follow: (onChange: () => void): (() => void)[] => {
      const followed =
        <Change>(take: (change: Change) => void) =>
        (change: Change) => {
          take(change)
          onChange()
        }
      onRestored()
      return [
        decisions.onApplied(({ decision, outcome }) => {
          if (outcome.ok) onApplied(decision)
        }),
        decisions.onRestored(onRestored),
        records.onChange(followed(onRecords)),
        members.onChange(() => {
          mayNodesDiffer = true
          onChange()
        }),
      ]
    },
    change: agenda.change,
    lookAgain: agenda.lookAgain,
    isThrough: agenda.isEmpty,
    leased: (): TaskId[] => [...leased.values()].flat(),
    /** Looks at the nodes where they may differ; true where what is open may be possible now. */
    look: ({ isReview }: { readonly isReview: boolean }): boolean => {
      const maybe = mayNodesDiffer || isRoomFreed
      if (mayNodesDiffer || isReview) lookAtNodes()
      mayNodesDiffer = false
      isRoomFreed = false
      return maybe
    },
    /** A view of the next services on the agenda. */
    takeView: (slotsMax: number): SchedulerView => {
      view = takeView(slotsMax)
      return view
    },
    /** A view of no service, and all else as it is now. */
    present: (): SchedulerView => ({
      ...viewOf([], records.specOf, claims.publishing),
      nodes: members.nodes(),
    }),
    /** What the plan for the view that was taken last leaves to be done. */
    note: (plan: Plan): void => {
      const waiting = Map.groupBy(plan.waiting, ({ object }) => object)
      for (const object of taken) {
        if (plan.unsettled.has(object)) agenda.leaveOpen(object, waiting.get(object) ?? [])
        else agenda.settle(object)
        const tasks = leasedOf(object)
        if (tasks.length > 0) leased.set(object, tasks)
        else leased.delete(object)
      }
    },
    /** What was assigned at `index` stands, for the very next plan. */
    assigned: ({ object, slot, node, revision }: PlannedAssignment, index: number): void => {
      const task = taskIdOf(object, slot, decisions.view.tokenAt(index))
      // The answer may come when the task is gone again, and nobody would take its claims out of the count.
      if (decisions.view.tasks.has(task)) claims.add({ task, node }, records.specOf(revision))
    },
    /** What is open, and what stays with nodes that may be lost: the former as it was seen last, the latter as it is. */
    waiting: (): WaitingSlot[] => {
      const known = survey ?? surveyNodes([])
      const held = [...known.byNode.keys()].flatMap((node) =>
        Array.from(decisions.view.tasksOn(node)).flatMap((task): WaitingSlot[] => {
          const reason = agenda.open.has(task.object) ? null : heldBack(task, known)
          const { object, slot } = task
          return reason === null ? [] : [{ object, slot, reason, retryAtMs: null }]
        }),
      )
      return [...[...agenda.open.values()].flat(), ...held]
    },
  }
}
