import type {
  Decision,
  DecisionOf,
  DecisionView,
  ObjectKey,
  RevisionId,
  TaskId,
  Update,
} from '../../protocols/decisions/index.ts'
import { isCoterieError } from '../../protocols/errors/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import type { TaskStatus } from '../../protocols/tasks/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Service } from '../ports/service.ts'
import { createRounds } from '../turns/index.ts'
import { type AskedPlace, judgeNodes, type NodeVerdict } from './judge-nodes.ts'
import { createLookout, type LookoutSources } from './lookout.ts'
import { previewPlan } from './preview.ts'
import { reconcile } from './reconcile.ts'
import type { LeaseView, Plan, PlannedAssignment, PlannedWithholding, WaitingSlot } from './view.ts'

/** Changes that come within this time are answered by one round. */
const SETTLE_MS = 10
/** The same where another node leads, and the pause before the rest of much: nothing is planned there. */
const FOLLOW_MS = 250
const FOLLOW_REST_MS = 50
/**
 * The pause after a decision that had no effect, if nothing happens before: a leader that hands over drops all that it is asked,
 * at once, and would plan the same again without taking a breath.
 */
const REFUSED_REST_MS = 100
/** A round at least this often: not all that matters is told, such as how long nobody asked for a lease. */
const REVIEW_MS = 5_000

/** Slots of one round, 5 to 10 ms of work: others have their turn before the next. One service may come on top. */
const ROUND_SLOTS = 128

export interface SchedulerComponents extends LookoutSources {
  /** True while this node leads and has applied an entry of its own term. */
  readonly leadership: { isSettled(): boolean; onChange(listener: () => void): () => void }
  readonly decisions: LookoutSources['decisions'] & {
    readonly view: DecisionView
    decide(decision: Decision): Promise<number>
    onBatch(listener: () => void): () => void
  }
  /** What was written and what is reported, as far as it arrived here. */
  readonly records: LookoutSources['records'] & {
    specOf(revision: RevisionId): ServiceSpec | null
    statusOf(task: TaskId): TaskStatus | null
  }
  readonly leases: LeaseView & {
    /** All exclusive tasks of the log, each time. */
    follow(tasks: readonly TaskId[]): void
    withhold(tasks: readonly PlannedWithholding[]): void
  }
  readonly clock: Clock
  readonly logger: Logger
}

export interface Scheduler extends Service {
  /** Slots that cannot be filled now, with the reason, as this node saw it last. */
  waiting(): readonly WaitingSlot[]
  /** Where all the slots of these services would go if they were deployed now. */
  preview(services: readonly { readonly object: ObjectKey; readonly spec: ServiceSpec }[]): Plan
  /** Every node as a place for that, as this node sees it now. */
  judgeNodes(asked: AskedPlace): NodeVerdict[]
}

/**
 * While this node leads: view -> plan -> decisions, and again on every change, a bounded number of slots at a time. Elsewhere it
 * only keeps in mind what is open. It holds no state that must survive.
 */
export const createScheduler = (components: SchedulerComponents): Scheduler => {
  const { leadership, decisions, leases, clock, logger } = components
  const lookout = createLookout(components)
  let subscriptions: (() => void)[] = []
  let reviewedMs = Number.NEGATIVE_INFINITY
  /** When what is open is to be looked at again, if nothing happens before. */
  let againAtMs = Number.POSITIVE_INFINITY

  const assign = async (planned: PlannedAssignment): Promise<void> =>
    lookout.assigned(planned, await decisions.decide({ type: 'taskAssigned', ...planned }))

  const proceed = async (update: Update): Promise<void> => {
    const { object, state, phase, step, changing, reason } = update
    logger.info({ object, state, phase, step, changing, reason }, 'an update goes on')
    // Asserted, for the codec's types are not read-only; it changes nothing.
    await decisions.decide({ type: 'updateProgressed', ...update } as DecisionOf<'updateProgressed'>)
  }

  /** True where all of the plan was decided. */
  const carryOut = async ({ release, assign: planned, progress }: Plan): Promise<boolean> => {
    if (release.length + planned.length + progress.length === 0) return true
    if (release.length + planned.length > 0)
      logger.info({ assign: planned.length, release: release.length }, 'scheduling')
    const results = await Promise.allSettled<unknown>([
      ...release.map((each) => decisions.decide({ type: 'taskReleased', ...each })),
      ...planned.map(assign),
      ...progress.map(proceed),
    ])
    for (const result of results) {
      // A refusal means that the view was overtaken, a lost leadership that it is another's task: both are expected.
      if (result.status === 'rejected' && !isCoterieError(result.reason)) throw result.reason
      if (result.status === 'rejected')
        logger.info({ detail: String(result.reason) }, 'a planned decision had no effect')
    }
    return results.every(({ status }) => status === 'fulfilled')
  }

  /** What became of the plan; `idle` where it held nothing to do. */
  const lead = async (plan: Plan): Promise<'idle' | 'decided' | 'refused'> => {
    // Whoever is not named is forgotten, so it is said only where all that came to the log was looked at.
    if (lookout.isThrough()) leases.follow(lookout.leased())
    const fresh = plan.withhold.filter(({ task }) => leases.withheldFor(task) === null)
    leases.withhold(fresh)
    if (!(await carryOut(plan))) return 'refused'
    const planned = plan.assign.length + plan.release.length + plan.progress.length
    return fresh.length + planned > 0 ? 'decided' : 'idle'
  }

  const round = async (): Promise<void> => {
    rounds.wake(REVIEW_MS)
    const leads = leadership.isSettled()
    const nowMs = clock.nowMs()
    const isReview = nowMs - reviewedMs >= REVIEW_MS
    if (isReview) reviewedMs = nowMs
    const mayFit = lookout.look({ isReview })
    if (isReview || (leads && (mayFit || nowMs >= againAtMs))) {
      againAtMs = Number.POSITIVE_INFINITY
      lookout.lookAgain()
    }
    const plan = reconcile(lookout.takeView(ROUND_SLOTS), ROUND_SLOTS)
    lookout.note(plan)
    againAtMs = Math.min(againAtMs, plan.retryAtMs ?? Number.POSITIVE_INFINITY)
    const led = leads ? await lead(plan) : 'idle'
    if (led !== 'idle') for (const object of plan.unsettled) lookout.change(object)
    if (led === 'refused') return rounds.wake(REFUSED_REST_MS)
    if (led === 'decided') rounds.wake(SETTLE_MS)
    if (!lookout.isThrough()) rounds.wake(leads ? 0 : FOLLOW_REST_MS)
    else if (leads) rounds.wake(Math.max(0, againAtMs - clock.nowMs()))
  }

  const rounds = createRounds(clock, round, (error) =>
    logger.error({ detail: String(error) }, 'a scheduling round failed'),
  )

  return {
    start: async () => {
      const onChange = () => rounds.wake(leadership.isSettled() ? SETTLE_MS : FOLLOW_MS)
      subscriptions = [
        ...lookout.follow(onChange),
        decisions.onBatch(onChange),
        leadership.onChange(() => {
          againAtMs = clock.nowMs()
          onChange()
        }),
      ]
      rounds.start()
      onChange()
    },
    stop: async () => {
      rounds.stop()
      for (const end of subscriptions) end()
    },
    waiting: lookout.waiting,
    preview: (services) => previewPlan(lookout.present(), services),
    judgeNodes: (asked) => judgeNodes(lookout.present(), asked),
  }
}
