import type {
  Decision,
  DecisionView,
  ObjectKey,
  RevisionId,
  TaskId,
} from '../../protocols/decisions/index.ts'
import { isCoterieError } from '../../protocols/errors/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import type { TaskStatus } from '../../protocols/tasks/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Service } from '../ports/service.ts'
import { createFailureMemory } from './failure-memory.ts'
import { mayBeLeased } from './lease-wait.ts'
import { previewPlan } from './preview.ts'
import { reconcile } from './reconcile.ts'
import type {
  LeaseView,
  Plan,
  PlannedWithholding,
  SchedulerNode,
  SchedulerService,
  SchedulerView,
  WaitingSlot,
} from './view.ts'

/** Changes that come within this time are answered by one round. */
const SETTLE_MS = 10
/** The same where another node leads: nothing is planned then, and ends are remembered well before a slot is filled anew. */
const FOLLOW_MS = 250
/** A round at least this often, should a change have been missed. */
const REVIEW_MS = 5_000

/**
 * Decisions of one round: the log is pipelined, what waits on it is bounded, and a plan for more would be overtaken
 * before it is carried out.
 */
const ROUND_MAX = 1_024

export interface SchedulerComponents {
  /** True while this node leads and has applied an entry of its own term. */
  readonly leadership: { isSettled(): boolean; onChange(listener: () => void): () => void }
  readonly decisions: {
    readonly view: DecisionView
    decide(decision: Decision): Promise<number>
    onBatch(listener: () => void): () => void
  }
  /** What was written and what is reported, as far as it arrived here. */
  readonly records: {
    specOf(revision: RevisionId): ServiceSpec | null
    statusOf(task: TaskId): TaskStatus | null
    onChange(listener: () => void): () => void
  }
  readonly leases: LeaseView & {
    /** All exclusive tasks of the log, each time. */
    follow(tasks: readonly TaskId[]): void
    withhold(tasks: readonly PlannedWithholding[]): void
  }
  readonly members: { nodes(): readonly SchedulerNode[]; onChange(listener: () => void): () => void }
  readonly clock: Clock
  readonly logger: Logger
}

export interface Scheduler extends Service {
  /** Slots that cannot be filled now, with the reason; off the leader as far as this node's view tells. */
  waiting(): readonly WaitingSlot[]
  /** Where all the slots of these services would go if they were deployed now. */
  preview(services: readonly { readonly object: ObjectKey; readonly spec: ServiceSpec }[]): Plan
}

/** While this node leads: view -> plan -> decisions, and again on every change. It holds no state that must survive. */
export const createScheduler = (components: SchedulerComponents): Scheduler => {
  const { leadership, decisions, records, leases, members, clock, logger } = components
  const failures = createFailureMemory()
  let waiting: readonly WaitingSlot[] = []
  let subscriptions: (() => void)[] = []
  let cancelTimer: () => void = () => undefined
  let dueAtMs = Number.POSITIVE_INFINITY
  let busy = false
  let stopped = true

  const observeFailures = (): void =>
    failures.observe([...decisions.view.tasks.values()], records.statusOf, clock.nowMs())

  const takeView = (): SchedulerView => {
    observeFailures()
    const services = [...decisions.view.objects.values()].flatMap((accepted): SchedulerService[] => {
      const spec = accepted.removed ? null : records.specOf(accepted.head)
      return spec === null && !accepted.removed ? [] : [{ accepted, spec }]
    })
    return {
      nowMs: clock.nowMs(),
      services,
      tasks: [...decisions.view.tasks.values()],
      nodes: members.nodes(),
      statusOf: records.statusOf,
      failuresOf: failures.of,
      specOf: (task) => records.specOf(task.revision),
      leases,
    }
  }

  const carryOut = async (plan: Plan): Promise<void> => {
    const wanted: Decision[] = [
      ...plan.release.map((release) => ({ type: 'taskReleased', ...release }) as const),
      ...plan.assign.map((assign) => ({ type: 'taskAssigned', ...assign }) as const),
    ]
    const results = await Promise.allSettled(
      wanted.slice(0, ROUND_MAX).map((decision) => decisions.decide(decision)),
    )
    for (const result of results) {
      // A refusal means that the view was overtaken, a lost leadership that it is another's task: both are expected.
      if (result.status === 'rejected' && !isCoterieError(result.reason)) throw result.reason
      if (result.status === 'rejected')
        logger.info({ detail: String(result.reason) }, 'a planned decision had no effect')
    }
  }

  const round = async (): Promise<void> => {
    if (busy || stopped) return
    if (!leadership.isSettled()) {
      observeFailures()
      waiting = []
      return
    }
    busy = true
    try {
      const view = takeView()
      leases.follow(view.tasks.filter((task) => mayBeLeased(task, view)).map(({ task }) => task))
      const plan = reconcile(view, ROUND_MAX)
      waiting = plan.waiting
      const fresh = plan.withhold.filter(({ task }) => leases.withheldFor(task) === null)
      leases.withhold(fresh)
      if (fresh.length > 0) wake(SETTLE_MS)
      if (plan.retryAtMs !== null) wake(plan.retryAtMs - clock.nowMs())
      if (plan.assign.length + plan.release.length === 0) return
      logger.info({ assign: plan.assign.length, release: plan.release.length }, 'scheduling')
      await carryOut(plan)
      wake(SETTLE_MS)
    } finally {
      busy = false
      wake(REVIEW_MS)
    }
  }

  /** A round within `afterMs`; an earlier one that is due already stays. */
  const wake = (afterMs: number): void => {
    const atMs = clock.nowMs() + afterMs
    if (stopped || atMs >= dueAtMs) return
    dueAtMs = atMs
    cancelTimer()
    cancelTimer = clock.after(afterMs, () => {
      dueAtMs = Number.POSITIVE_INFINITY
      round().catch((error: unknown) => logger.error({ detail: String(error) }, 'a scheduling round failed'))
    })
  }

  return {
    start: async () => {
      stopped = false
      const onChange = () => wake(leadership.isSettled() ? SETTLE_MS : FOLLOW_MS)
      subscriptions = [leadership, records, members].map((source) => source.onChange(onChange))
      subscriptions.push(decisions.onBatch(onChange))
      onChange()
    },
    stop: async () => {
      stopped = true
      cancelTimer()
      for (const end of subscriptions) end()
    },
    waiting: () => (leadership.isSettled() ? waiting : reconcile(takeView()).waiting),
    preview: (services) => previewPlan(takeView(), services),
  }
}
