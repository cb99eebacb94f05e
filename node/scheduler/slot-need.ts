import type { Assignment } from '../../protocols/decisions/index.ts'
import { LEASE_MS, SILENT_MS } from '../../protocols/leases/index.ts'
import type { TaskState, TaskStatus } from '../../protocols/tasks/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { isLeased, silentForMs } from './lease-wait.ts'
import type { TaskStanding } from './update.ts'
import type { NodeHealth, SchedulerNode, SchedulerView } from './view.ts'

/** A member that this process never heard from may just be slow to come back after a power cut. */
export const UNKNOWN_GRACE_MS = 60_000

/** A node that was asked to stop, as for an update, may come back to its containers within this. */
export const STOPPING_GRACE_MS = 60_000

/** What a slot needs now. */
export type SlotNeed = {
  readonly slot: number
  readonly holder: Assignment | null
  /** For people: why a new task is wanted. */
  readonly why: string
  /** Its node is dead, silent, or asks for no lease. */
  readonly lost: boolean
} & (
  | { readonly type: 'settled' | 'busy' | 'vacant' | 'outdated' }
  /** Orphaned, but its node may still come back until then. */
  | { readonly type: 'waiting'; readonly untilMs: number }
)

const ENDED: ReadonlySet<TaskState> = new Set(['stopped', 'failed', 'rejected'])

/** The nodes as all slots look at them, made once for a plan. */
export interface Survey {
  readonly byNode: ReadonlyMap<NodeId, SchedulerNode>
  /**
   * More than half of the members silent: it is more likely that this side is cut off, so nothing moves. Who is only
   * suspected counts: in a large mesh deaths are declared one after the other, and the first ones would move otherwise.
   */
  readonly isMajoritySilent: boolean
  /** How many of how many are silent, for people. */
  readonly silent: string
}

const SILENT: ReadonlySet<NodeHealth> = new Set(['suspect', 'dead', 'unknown'])

export const surveyNodes = (nodes: readonly SchedulerNode[]): Survey => {
  const silent = nodes.filter(({ health }) => SILENT.has(health)).length
  return {
    byNode: new Map(nodes.map((node) => [node.node, node])),
    isMajoritySilent: silent * 2 > nodes.length,
    silent: `${silent} of ${nodes.length}`,
  }
}

/** Why a task stays with a node that may be lost, for people; null where nothing holds it there. */
export const heldBack = (holder: Assignment, { byNode, isMajoritySilent, silent }: Survey): string | null => {
  const node = byNode.get(holder.node)
  if (!isMajoritySilent || node === undefined || node.draining) return null
  if (node.health !== 'dead' && node.health !== 'unknown') return null
  const why = node.health === 'dead' ? 'is dead' : 'was not heard from'
  return `${node.name} ${why}; nothing moves while ${silent} members are silent`
}

/** Why a task leaves its node, and from when on. */
interface Loss {
  readonly why: string
  readonly untilMs: number
  readonly lost: boolean
}

/** Whether the node of a task is lost for it: null where it is not, else since or until when. */
const lossOf = (
  holder: Assignment,
  view: SchedulerView,
  { byNode, isMajoritySilent: held }: Survey,
): Loss | null => {
  const node = byNode.get(holder.node)
  if (node === undefined) return { why: 'its node left the mesh', untilMs: 0, lost: false }
  if (node.draining) return { why: `${node.name} is draining`, untilMs: 0, lost: false }
  if (node.health === 'left') return { why: `${node.name} left`, untilMs: 0, lost: false }
  if (held) return null
  if (node.health === 'dead') {
    // Containers outlive the daemon, processes do not, and what is leased ends with its lease.
    const runsOn = node.profile?.stopping === true && isInDocker(view.statusOf(holder.task))
    const graceMs = isLeased(holder, view) ? LEASE_MS : STOPPING_GRACE_MS
    const why = `${node.name} is ${runsOn ? 'stopped' : 'dead'}`
    return { why, untilMs: runsOn ? node.healthSinceMs + graceMs : 0, lost: !runsOn }
  }
  if (node.health === 'unknown') {
    const untilMs = node.healthSinceMs + UNKNOWN_GRACE_MS
    return { why: `${node.name} was not heard from`, untilMs, lost: true }
  }
  return silentForMs(holder, view) < SILENT_MS
    ? null
    : { why: `${node.name} has not asked for its lease for ${SILENT_MS / 1000} s`, untilMs: 0, lost: true }
}

const isInDocker = (status: TaskStatus | null): boolean =>
  status?.state === 'running' && status.runtime === 'docker'

/** Running, and healthy where somebody checks; or done with what it was to do. */
const isUp = (status: TaskStatus | null): boolean =>
  status?.state === 'completed' || (status?.state === 'running' && (status.health ?? 'healthy') === 'healthy')

const UNBEGUN: ReadonlySet<TaskState> = new Set(['assigned', 'preparing'])
const FAILED: ReadonlySet<TaskState> = new Set(['failed', 'rejected'])

/** How a task is doing, of which it is known what its slot needs. */
export const standingOf = ({ type }: SlotNeed, status: TaskStatus | null): TaskStanding => {
  const state = status?.state ?? 'assigned'
  if (FAILED.has(state)) return 'failed'
  if (type === 'vacant') return 'lost'
  if (UNBEGUN.has(state)) return 'preparing'
  return isUp(status) ? 'up' : 'begun'
}

/** What `slot` of a service needs, given the task that holds it. `isCurrent`: whether that is what is to run. */
export const slotNeed = (
  slot: number,
  holder: Assignment | null,
  isCurrent: boolean,
  view: SchedulerView,
  survey: Survey,
): SlotNeed => {
  const need = { slot, holder, lost: false } as const
  if (holder === null) return { ...need, type: 'vacant', why: 'the slot is empty' }
  // A move that was begun is completed: what was proposed of it may still be committed.
  const withheld = view.leases.withheldFor(holder.task)
  if (withheld !== null) return { ...need, type: 'vacant', why: withheld }
  const loss = lossOf(holder, view, survey)
  if (loss !== null && loss.untilMs > view.nowMs) return { ...need, type: 'waiting', ...loss }
  if (loss !== null) return { ...need, type: 'vacant', why: loss.why, lost: loss.lost }
  const state = view.statusOf(holder.task)?.state ?? 'assigned'
  if (ENDED.has(state))
    return { ...need, type: 'vacant', why: `its task ${state === 'stopped' ? 'stopped' : `was ${state}`}` }
  if (!isCurrent) return { ...need, type: 'outdated', why: 'another revision is to run' }
  const settled = state === 'running' || state === 'completed'
  return { ...need, type: settled ? 'settled' : 'busy', why: '' }
}
