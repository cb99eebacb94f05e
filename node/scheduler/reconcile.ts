import type { AcceptedObject, Assignment, ObjectKey } from '../../protocols/decisions/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import { leaseWait, mayBeLeased } from './lease-wait.ts'
import { createOccupancy, type Occupancy } from './occupancy.ts'
import { place } from './place.ts'
import { heldBack, type SlotNeed, type Survey, slotNeed, surveyNodes } from './slot-need.ts'
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
  readonly waiting: WaitingSlot[]
  readonly unsettled: Set<ObjectKey>
  retryAtMs: number | null
}

const wakeAt = (draft: Draft, atMs: number) => {
  draft.retryAtMs = Math.min(draft.retryAtMs ?? Number.POSITIVE_INFINITY, atMs)
}

/** The tasks of one service by slot, and those beyond its replicas. */
const slotsOf = ({ spec }: SchedulerService, own: readonly Assignment[]) => {
  const wanted = spec?.replicas ?? 0
  const bySlot = new Map(own.filter((task) => task.slot < wanted).map((task) => [task.slot, task]))
  return { wanted, bySlot, surplus: own.filter((task) => task.slot >= wanted) }
}

/** The needs of one service's slots; of those that only want a newer revision, one, and only while the rest runs. */
const needsOf = (
  service: SchedulerService,
  wanted: number,
  bySlot: ReadonlyMap<number, Assignment>,
  needOf: (slot: number, holder: Assignment | null, service: SchedulerService) => SlotNeed,
) => {
  const needs: SlotNeed[] = []
  for (let slot = 0; slot < wanted; slot++) needs.push(needOf(slot, bySlot.get(slot) ?? null, service))
  const outdated = needs.find((need) => need.type === 'outdated')
  const settled = needs.every((need) => need.type === 'settled' || need.type === 'outdated')
  return needs.filter((need) => need.type !== 'outdated' || (settled && need === outdated))
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
  readonly spec: ServiceSpec
  readonly need: SlotNeed
}

/** What one service needs: its surplus tasks go, its open slots are returned, what waits is noted. */
const lookAt = (service: SchedulerService, view: SchedulerView, survey: Survey, draft: Draft) => {
  const { accepted, spec } = service
  const own = view.tasksOf(accepted.object)
  const { wanted, bySlot, surplus } = slotsOf(service, own)
  for (const holder of surplus) {
    const { task } = holder
    const reason = accepted.removed ? 'the service was removed' : 'fewer replicas are wanted'
    if (!mustWait(view, draft, holder, { why: reason, lost: false })) draft.release.push({ task, reason })
  }
  const needs = needsOf(service, wanted, bySlot, (...slot) => slotNeed(...slot, view, survey))
  for (const need of needs) if (need.type === 'waiting') wakeAt(draft, need.untilMs)
  draft.waiting.push(...heldSlots(accepted, bySlot.values(), needs, survey))
  const open = needs.filter(isOpen).flatMap((need): OpenSlot[] => (spec ? [{ accepted, spec, need }] : []))
  const isSettled =
    surplus.length + open.length === 0 &&
    !needs.some(({ type }) => type === 'waiting') &&
    !own.some((task) => mayBeLeased(task, view))
  if (!isSettled) draft.unsettled.add(accepted.object)
  return { open, surplus }
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
  for (const { accepted, spec, need } of work) {
    if (draft.assign.length === assignMax) break
    planSlot(view, draft, occupancy, accepted, spec, need)
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
  accepted: AcceptedObject,
  spec: ServiceSpec,
  need: SlotNeed,
): void => {
  const { slot, holder, why } = need
  const { object, head: revision } = accepted
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
