import type { AcceptedObject, Assignment } from '../../protocols/decisions/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import { NOMINAL_TASK_MEMORY_MB, type Room } from './filters.ts'
import { place } from './place.ts'
import { type SlotNeed, slotNeed } from './slot-need.ts'
import type {
  Plan,
  PlannedAssignment,
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

const portKeys = (spec: ServiceSpec | null): string[] =>
  (spec?.ports ?? [])
    .filter(({ published }) => published !== null)
    .map(({ protocol, published }) => `${protocol}/${published}`)

/** What stands on each node while a plan is made; assignments of the plan itself are added as it grows. */
const createOccupancy = (view: SchedulerView) => {
  const standing = new Map<string, { assignment: Pick<Assignment, 'object' | 'node'>; ports: string[] }[]>()
  const add = (assignment: Pick<Assignment, 'object' | 'node'>, spec: ServiceSpec | null) => {
    const list = standing.get(assignment.node) ?? []
    list.push({ assignment, ports: portKeys(spec) })
    standing.set(assignment.node, list)
  }
  return {
    add,
    /** Every node as a place for one more task of `object`. */
    rooms: (object: string): Room[] =>
      view.nodes.map((node) => {
        const list = standing.get(node.node) ?? []
        return {
          node,
          memoryFreeMb: (node.profile?.memoryMb ?? 0) - list.length * NOMINAL_TASK_MEMORY_MB,
          portsTaken: new Set(list.flatMap(({ ports }) => ports)),
          replicas: list.filter(({ assignment }) => assignment.object === object).length,
        }
      }),
  }
}

interface Draft {
  readonly assign: PlannedAssignment[]
  readonly release: { task: string; reason: string }[]
  readonly waiting: WaitingSlot[]
  retryAtMs: number | null
}

const wakeAt = (draft: Draft, atMs: number) => {
  draft.retryAtMs = Math.min(draft.retryAtMs ?? Number.POSITIVE_INFINITY, atMs)
}

/** The tasks of one service by slot, and those beyond its replicas. */
const slotsOf = ({ accepted, spec }: SchedulerService, tasks: readonly Assignment[]) => {
  const wanted = spec?.replicas ?? 0
  const own = tasks.filter((task) => task.object === accepted.object)
  const bySlot = new Map(own.filter((task) => task.slot < wanted).map((task) => [task.slot, task]))
  return { wanted, bySlot, surplus: own.filter((task) => task.slot >= wanted) }
}

/** The needs of one service's slots; of those that only want a newer revision, one, and only while the rest runs. */
const needsOf = (
  service: SchedulerService,
  wanted: number,
  bySlot: ReadonlyMap<number, Assignment>,
  view: SchedulerView,
) => {
  const needs: SlotNeed[] = []
  for (let slot = 0; slot < wanted; slot++)
    needs.push(slotNeed(slot, bySlot.get(slot) ?? null, service, view))
  const outdated = needs.find((need) => need.type === 'outdated')
  const settled = needs.every((need) => need.type === 'settled' || need.type === 'outdated')
  return needs.filter((need) => need.type !== 'outdated' || (settled && need === outdated))
}

/**
 * What the leader should decide now. Pure: the same view gives the same plan.
 * See docs/design/scheduler.md for the rules and their reasons.
 */
export const reconcile = (view: SchedulerView): Plan => {
  const draft: Draft = { assign: [], release: [], waiting: [], retryAtMs: null }
  const occupancy = createOccupancy(view)
  const work: { accepted: AcceptedObject; spec: ServiceSpec; need: SlotNeed }[] = []
  const leaving = new Set<string>()

  for (const service of view.services) {
    const { accepted, spec } = service
    const { wanted, bySlot, surplus } = slotsOf(service, view.tasks)
    for (const { task } of surplus) {
      leaving.add(task)
      draft.release.push({
        task,
        reason: accepted.removed ? 'the service was removed' : 'fewer replicas are wanted',
      })
    }
    for (const need of needsOf(service, wanted, bySlot, view)) {
      if (need.type === 'waiting') wakeAt(draft, need.untilMs)
      if (spec !== null && (need.type === 'vacant' || need.type === 'outdated'))
        work.push({ accepted, spec, need })
    }
  }

  const replaced = new Set(work.map(({ need }) => need.holder?.task))
  for (const task of view.tasks) {
    if (!leaving.has(task.task) && !replaced.has(task.task)) occupancy.add(task, view.specOf(task))
  }
  for (const { accepted, spec, need } of work) planSlot(view, draft, occupancy, accepted, spec, need)
  return draft
}

const planSlot = (
  view: SchedulerView,
  draft: Draft,
  occupancy: ReturnType<typeof createOccupancy>,
  accepted: AcceptedObject,
  spec: ServiceSpec,
  { slot, holder, why }: SlotNeed,
): void => {
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
  draft.assign.push({
    object,
    revision,
    slot,
    node,
    replaces: holder?.task ?? null,
    reason: `${why}; ${placement.reason}`,
  })
}
