import type {
  AcceptedObject,
  Assignment,
  ObjectKey,
  RevisionId,
  Update,
} from '../../protocols/decisions/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import { leaseWait, mayBeLeased } from './lease-wait.ts'
import { createOccupancy, type Occupancy } from './occupancy.ts'
import { place } from './place.ts'
import { lookAtSlots } from './service-look.ts'
import { heldBack, type SlotNeed, type Survey, surveyNodes } from './slot-need.ts'
import { without } from './standing.ts'
import type {
  Plan,
  PlannedAssignment,
  PlannedWithholding,
  SchedulerService,
  SchedulerView,
  SlotFailures,
  WaitingSlot,
} from './view.ts'

/** Pause before a slot whose task ended badly is filled again: doubles from the first to the second. */
const FAILURE_PAUSE_MS = 1_000
const FAILURE_PAUSE_MS_MAX = 60_000

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`)

/** When a slot that failed may be filled again. */
const resumesAtMs = (failures: SlotFailures | null): number =>
  failures === null
    ? 0
    : failures.lastAtMs + Math.min(FAILURE_PAUSE_MS_MAX, FAILURE_PAUSE_MS * 2 ** (failures.count - 1))

/** Wants a new task now. */
const isOpen = ({ type }: SlotNeed): boolean => type === 'vacant' || type === 'outdated'

interface Draft {
  readonly assign: PlannedAssignment[]
  readonly release: { task: string; reason: string }[]
  readonly withhold: PlannedWithholding[]
  readonly progress: Update[]
  readonly waiting: WaitingSlot[]
  readonly unsettled: Set<ObjectKey>
  retryAtMs: number | null
}

const wakeAt = (draft: Draft, atMs: number) => {
  draft.retryAtMs = Math.min(draft.retryAtMs ?? Number.POSITIVE_INFINITY, atMs)
}

/** The slots that stay with a node that may be lost, and for which nothing else is planned. */
const heldSlots = (
  { object }: AcceptedObject,
  holders: Iterable<Assignment>,
  needs: readonly SlotNeed[],
  survey: Survey,
): WaitingSlot[] => {
  if (!survey.isMajoritySilent) return []
  const planned = new Set(needs.filter(isOpen).map(({ slot }) => slot))
  return [...holders].flatMap((holder) => {
    const reason = planned.has(holder.slot) ? null : heldBack(holder, survey)
    return reason === null ? [] : [{ object, slot: holder.slot, reason, retryAtMs: null }]
  })
}

/** A slot that wants a new task now. */
interface OpenSlot {
  readonly accepted: AcceptedObject
  readonly revision: RevisionId
  readonly spec: ServiceSpec
  readonly need: SlotNeed
}

/**
 * What a slot gets: what is to run; but a slot that loses its task while it is not in change, what it had, so that a new revision spreads
 * by its update alone.
 */
const contentOf = (
  { accepted, target, spec }: SchedulerService & { readonly spec: ServiceSpec },
  { holder, type }: SlotNeed,
  isInChange: boolean,
  view: SchedulerView,
): Pick<OpenSlot, 'revision' | 'spec'> => {
  const own = holder === null || type === 'outdated' || isInChange ? null : view.specOf(holder)
  return own === null || holder === null || !accepted.history.includes(holder.revision)
    ? { revision: target, spec }
    : { revision: holder.revision, spec: own }
}

/** What one service needs: its surplus tasks go, its open slots are returned, what waits is noted. */
const lookAt = (service: SchedulerService, view: SchedulerView, survey: Survey, draft: Draft) => {
  const { accepted, spec } = service
  const { tasks, needs, slots, next, againMs, changing } = lookAtSlots(service, view, survey)
  for (const holder of slots.surplus) {
    const { task } = holder
    const reason = accepted.removed ? 'the service was removed' : 'fewer replicas are wanted'
    if (!mustWait(view, draft, holder, { why: reason, lost: false })) draft.release.push({ task, reason })
  }
  if (next !== null) draft.progress.push(next)
  if (againMs !== null) wakeAt(draft, view.nowMs + againMs)
  for (const need of needs) if (need.type === 'waiting') wakeAt(draft, need.untilMs)
  const held = slots.wanted.flatMap(({ holder }) => holder ?? [])
  draft.waiting.push(...heldSlots(accepted, held, needs, survey))
  const open = needs.filter(isOpen).flatMap((need): OpenSlot[] => {
    if (spec === null) return []
    const content = contentOf({ ...service, spec }, need, changing.has(need.slot), view)
    return [{ accepted, need, ...content }]
  })
  const isSettled =
    slots.surplus.length + open.length === 0 &&
    !slots.isKept &&
    next === null &&
    againMs === null &&
    !needs.some(({ type }) => type === 'waiting') &&
    !tasks.some(({ assignment }) => mayBeLeased(assignment, view))
  if (!isSettled) draft.unsettled.add(accepted.object)
  return { open, surplus: slots.surplus }
}

/**
 * What the leader should decide now about the services of the view. Pure: the same view gives the same plan, which holds at
 * most `assignMax` assignments; those beyond come with the next view. See docs/design/scheduler.md for the rules and
 * their reasons.
 */
export const reconcile = (view: SchedulerView, assignMax = Number.POSITIVE_INFINITY): Plan => {
  const draft: Draft = {
    assign: [],
    release: [],
    withhold: [],
    progress: [],
    waiting: [],
    unsettled: new Set(),
    retryAtMs: null,
  }
  const survey = surveyNodes(view.nodes)
  const looks = view.services.map((service) => lookAt(service, view, survey, draft))
  const work = looks.flatMap(({ open }) => open)
  const ending = [
    ...looks.flatMap(({ surplus }) => surplus),
    ...work.flatMap(({ need }) => need.holder ?? []),
  ]
  const ended = new Set(ending)
  const occupancy = createOccupancy(
    view.nodes,
    view.leases,
    without(view.standing, ending, view.specOf),
    (object) => view.tasksOf(object).filter((task) => !ended.has(task)),
  )
  for (const slot of work) {
    if (draft.assign.length === assignMax) break
    planSlot(view, draft, occupancy, slot)
  }
  return draft
}

/** Whether a task may still run under its lease. That is withheld then, and looked at again when it has surely lapsed. */
const mustWait = (
  view: SchedulerView,
  draft: Draft,
  holder: Assignment,
  { why, lost }: Pick<SlotNeed, 'why' | 'lost'>,
): boolean => {
  const untilMs = leaseWait(holder, view)
  if (untilMs === null) return false
  const { object, slot, task, node } = holder
  draft.withhold.push({ task, node, reason: why, lost })
  if (Number.isFinite(untilMs)) wakeAt(draft, untilMs)
  const name = view.nodes.find((each) => each.node === node)?.name ?? node
  const seconds = Math.ceil((untilMs - view.nowMs) / 1000)
  const when = Number.isFinite(untilMs) ? `, in ${Math.max(seconds, 1)} s` : ''
  draft.waiting.push({
    object,
    slot,
    reason: `${why}; it is exclusive, and its lease on ${name} must have lapsed first${when}`,
    retryAtMs: Number.isFinite(untilMs) ? untilMs : null,
  })
  return true
}

const planSlot = (
  view: SchedulerView,
  draft: Draft,
  occupancy: Occupancy,
  { accepted: { object }, revision, spec, need }: OpenSlot,
): void => {
  const { slot, holder, why } = need
  const failures = view.failuresOf(object, slot, revision)
  const resumeMs = resumesAtMs(failures)
  if (resumeMs > view.nowMs) {
    const seconds = Math.ceil((resumeMs - view.nowMs) / 1000)
    draft.waiting.push({
      object,
      slot,
      reason: `it ended ${times(failures?.count ?? 0)}; the next try is in ${seconds} s`,
      retryAtMs: resumeMs,
    })
    wakeAt(draft, resumeMs)
    return
  }
  const placement = place(spec, occupancy.rooms(object), failures?.lastNode ?? null)
  if (!placement.fits) {
    draft.waiting.push({ object, slot, reason: placement.reason, retryAtMs: null })
    return
  }
  const { node } = placement
  occupancy.add({ object, node }, spec)
  if (holder !== null && mustWait(view, draft, holder, need)) return
  draft.assign.push({
    object,
    revision,
    slot,
    node,
    replaces: holder?.task ?? null,
    reason: `${why}; ${placement.reason}`,
  })
}
