/** One service as its update and its tasks make it: which slots it is to have, and what each of them needs. Pure. */
import { type Assignment, isBackward, type RevisionId, type Update } from '../../protocols/decisions/index.ts'
import { isSameTask, rollbackPolicyOf, type ServiceSpec, updatePolicyOf } from '../../protocols/spec/index.ts'
import { type SlotNeed, type Survey, slotNeed, standingOf } from './slot-need.ts'
import { type Slots, slotsOf } from './slots.ts'
import { advanceUpdate, type UpdateAdvance, type UpdatedTask } from './update.ts'
import type { SchedulerService, SchedulerView } from './view.ts'

/** Before what failed in an update is tried again: doubles from the first to the second. */
const RETRY_MS = 1_000
const RETRY_MS_MAX = 60_000

export interface ServiceLook extends UpdateAdvance {
  readonly tasks: readonly UpdatedTask[]
  readonly slots: Slots
  readonly changing: ReadonlySet<number>
  readonly needs: readonly SlotNeed[]
}

const NO_UPDATE: UpdateAdvance = { next: null, againMs: null }
/** In a mesh of version 1. */
const NOT_DECIDED = { changing: [], opened: 0 } as const

/** Whether a task is what is to run: of that very revision, or of one that says the same of it. */
const isCurrentOf = ({ target, spec }: SchedulerService, view: SchedulerView) => {
  const known = new Map<RevisionId, boolean>([[target, true]])
  return ({ revision }: Assignment): boolean => {
    const found = known.get(revision)
    if (found !== undefined) return found
    const own = view.specOf({ revision })
    const isCurrent = own !== null && spec !== null && isSameTask(own, spec)
    known.set(revision, isCurrent)
    return isCurrent
  }
}

const policyOf = (spec: ServiceSpec, row: Update | null) =>
  row !== null && isBackward(row) ? rollbackPolicyOf(spec) : updatePolicyOf(spec)

/** Of slots that only want another revision, those in change; without rows one, and only while the rest runs. */
const exchangesOf = (needs: readonly SlotNeed[], changing: ReadonlySet<number>, hasUpdates: boolean) => {
  const outdated = needs.filter(({ type }) => type === 'outdated')
  if (hasUpdates) return new Set(outdated.filter(({ slot }) => changing.has(slot)))
  const settled = needs.every(({ type }) => type === 'settled' || type === 'outdated')
  return new Set(settled ? outdated.slice(0, 1) : [])
}

/** What failed in an update and still holds its slot is replaced after a pause, unless the update is paused as well. */
const withFailed = (need: SlotNeed, { update }: SchedulerService, view: SchedulerView): SlotNeed => {
  const { holder, slot } = need
  if (update === null || holder === null || !update.row.failed.includes(holder.task)) return need
  const { state, failures } = update.row
  const told = { slot, holder, lost: false, why: 'it failed in the update' }
  if (state !== 'updating' && state !== 'rollback_started') return { ...told, type: 'busy' }
  const leftMs = Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** (failures - 1)) - update.sinceMs
  return leftMs > 0
    ? { ...told, type: 'waiting', untilMs: view.nowMs + Math.ceil(leftMs) }
    : { ...told, type: 'vacant' }
}

export const lookAtSlots = (service: SchedulerService, view: SchedulerView, survey: Survey): ServiceLook => {
  const { accepted, spec, update } = service
  const row = update?.row ?? null
  const isCurrent = isCurrentOf(service, view)
  const needOf = (slot: number, holder: Assignment | null): SlotNeed =>
    slotNeed(slot, holder, holder !== null && isCurrent(holder), view, survey)
  const tasks = view.tasksOf(accepted.object).map((assignment): UpdatedTask => {
    const need = needOf(assignment.slot, assignment)
    const standing = standingOf(need, view.statusOf(assignment.task))
    return { assignment, isCurrent: isCurrent(assignment), standing }
  })
  const { changing, opened } = row ?? NOT_DECIDED
  const slots = slotsOf(tasks, spec?.replicas ?? 0, changing, opened)
  const inChange = new Set(changing)
  const all = slots.wanted.map(({ slot, holder }) => withFailed(needOf(slot, holder), service, view))
  const exchanged = exchangesOf(all, inChange, view.hasUpdates)
  const needs = all.filter((need) => need.type !== 'outdated' || exchanged.has(need))
  if (spec === null || !view.hasUpdates) return { tasks, slots, needs, changing: inChange, ...NO_UPDATE }
  const sight = {
    accepted,
    replicas: spec.replicas,
    policy: policyOf(spec, row),
    tasks,
    sinceMs: update?.sinceMs ?? 0,
    wallMs: view.wallMs,
  }
  return { tasks, slots, needs, changing: inChange, ...advanceUpdate(row, sight) }
}
