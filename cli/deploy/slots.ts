/**
 * What becomes of the slots of a deployment, judged from one look at the tasks after another. Pure: the time is an
 * argument. The rules and their reasons are in docs/design/deploy.md.
 */
import type { Task, Tasks, WaitingSlot } from '../../protocols/control/index.ts'
import { plain } from '../output.ts'
import { labelOf } from '../service-name.ts'

/** A program that cannot start is often seen running for a moment. */
export const STEADY_MS = 1_000
/** A port may be about to be freed, a node about to report itself. */
export const UNPLACED_MS = 3_000
/** Another node may be able to do what one could not. */
export const REJECTIONS_MAX = 3

export interface DeployedService {
  readonly object: string
  readonly revision: string
  readonly replicas: number
  /** Its head says that it shall be gone. */
  readonly isRemoved: boolean
}

export interface Slot {
  readonly object: string
  readonly revision: string
  readonly slot: number
  /** `shop/web 0`. */
  readonly label: string
  readonly standing: 'coming' | 'up' | 'failed' | 'unplaced' | 'leaving' | 'gone'
  /** How it is, for people. */
  readonly text: string
  /** Differs when there is something new to tell; the text may also count down. */
  readonly news: string
  /** The task that holds the slot. */
  readonly task: Task | null
  /** Tasks that were rejected so far. */
  readonly rejected: readonly string[]
  /** Since when it runs, or waits for a place, without a change. */
  readonly steady: { readonly news: string; readonly sinceMs: number } | null
  /** When time alone changes the standing; null where it does not. */
  readonly dueMs: number | null
}

/** The slots of these services, of which nothing is known yet. */
export const slotsOf = (services: readonly DeployedService[]): Slot[] =>
  services.flatMap(({ object, revision, replicas }) =>
    Array.from({ length: replicas }, (_, slot) => blankSlot(object, revision, slot)),
  )

/**
 * The slots to look at, of which `known` were looked at before: those that have a task or wait for one, whatever their numbers, and as many more as
 * there are to be. Tasks beyond these leave, what is not to run any more before all others.
 */
export const followSlots = (
  services: readonly DeployedService[],
  known: readonly Slot[],
  { tasks, waiting }: Tasks,
): Slot[] =>
  services.flatMap(({ object, revision, replicas }) => {
    const before = new Map(known.filter((each) => each.object === object).map((each) => [each.slot, each]))
    const own = tasks
      .filter((task) => task.object === object)
      .sort((a, b) => Number(a.outdated) - Number(b.outdated) || a.slot - b.slot)
      .map(({ slot }) => slot)
    const numbers = new Set(own.slice(0, replicas))
    for (const { slot } of waiting.filter((each) => each.object === object))
      if (numbers.size < replicas && !own.includes(slot)) numbers.add(slot)
    for (let slot = 0; numbers.size < replicas; slot++) if (!own.includes(slot)) numbers.add(slot)
    const isOver = (slot: Slot | undefined) => slot?.standing === 'leaving' || slot?.standing === 'gone'
    const wanted = [...numbers].map((slot) => {
      const present = before.get(slot)
      return present === undefined || isOver(present) ? blankSlot(object, revision, slot) : present
    })
    const leaving = own.slice(replicas).map((slot): Slot => {
      const present = before.get(slot) ?? blankSlot(object, revision, slot)
      return { ...present, standing: 'leaving' }
    })
    const gone = [...before.values()].filter(
      (each) => isOver(each) && !own.includes(each.slot) && !numbers.has(each.slot),
    )
    return [...wanted, ...leaving, ...gone].sort((a, b) => a.slot - b.slot)
  })

const blankSlot = (object: string, revision: string, slot: number): Slot => ({
  object,
  revision,
  slot,
  label: `${labelOf(object)} ${slot}`,
  standing: 'coming',
  text: 'waits for the leader',
  news: '',
  task: null,
  rejected: [],
  steady: null,
  dueMs: null,
})

/** The slots after a look at `tasks` at `nowMs`, which only rises. */
export const lookAtSlots = (slots: readonly Slot[], { tasks, waiting }: Tasks, nowMs: number): Slot[] => {
  const keyOf = ({ object, slot }: { readonly object: string; readonly slot: number }) => `${object}#${slot}`
  const holders = new Map(tasks.map((task) => [keyOf(task), task]))
  const waits = new Map(waiting.map((entry) => [keyOf(entry), entry]))
  return slots.map((slot) =>
    lookAtSlot(slot, holders.get(keyOf(slot)) ?? null, waits.get(keyOf(slot)) ?? null, nowMs),
  )
}

const lookAtSlot = (before: Slot, task: Task | null, wait: WaitingSlot | null, nowMs: number): Slot => {
  if (before.standing === 'leaving' || before.standing === 'gone') return lookAtLeaving(before, task)
  const isHead = task?.outdated === false
  const rejected =
    isHead && task.state === 'rejected' ? [...new Set([...before.rejected, task.task])] : before.rejected
  const seen = { ...before, task, rejected, steady: null, dueMs: null, ...tell(before, task, wait) }
  if (isHead && (task.state === 'failed' || rejected.length >= REJECTIONS_MAX))
    return { ...seen, standing: 'failed' }
  if (wait !== null && wait.retryAtMs === null)
    return { ...seen, ...after(UNPLACED_MS, 'unplaced', seen.news, before, nowMs) }
  if (isHead && wait === null && task.state === 'running' && isWell(task))
    return { ...seen, ...after(STEADY_MS, 'up', seen.news, before, nowMs) }
  return { ...seen, standing: isHead && task.state === 'completed' ? 'up' : 'coming' }
}

const lookAtLeaving = (before: Slot, task: Task | null): Slot =>
  task === null
    ? { ...before, task, standing: 'gone', text: 'gone', news: 'gone' }
    : { ...before, task, standing: 'leaving', text: `is ended on ${task.name}`, news: 'leaving' }

/** Healthy, as far as its container has a health check. */
const isWell = ({ health }: Task): boolean => health === null || health === 'healthy'

/** A standing that counts once nothing new was told for `ms`. */
const after = (
  ms: number,
  standing: 'up' | 'unplaced',
  news: string,
  { steady }: Slot,
  nowMs: number,
): Pick<Slot, 'standing' | 'steady' | 'dueMs'> => {
  const sinceMs = steady?.news === news ? steady.sinceMs : nowMs
  const isDue = nowMs - sinceMs >= ms
  return {
    standing: isDue ? standing : 'coming',
    steady: { news, sinceMs },
    dueMs: isDue ? null : sinceMs + ms,
  }
}

const tell = (before: Slot, task: Task | null, wait: WaitingSlot | null): Pick<Slot, 'text' | 'news'> => {
  const parts: string[] = []
  if (task !== null) {
    const { state, name, attempt, problem, outdated } = task
    parts.push(`${state} on ${name}`)
    if (task.pull !== null) parts.push(pulled(task.pull))
    if (attempt > 1) parts.push(`attempt ${attempt}`)
    if (!isWell(task)) parts.push(`its health check says ${task.health}`)
    if (outdated) parts.push('another revision')
    if (problem !== null) parts.push(plain(problem.message))
  }
  if (wait !== null) parts.push(`waits: ${plain(wait.reason)}`)
  if (parts.length === 0) return { text: before.text, news: before.news }
  const next = wait === null ? '' : wait.retryAtMs === null ? 'unplaced' : 'retry'
  const more = `${task?.health ?? ''} ${task?.outdated ?? ''} ${task?.pull?.doneBytes ?? ''} ${next}`
  return { text: parts.join(', '), news: `${task?.task} ${task?.state} ${task?.attempt} ${more}` }
}

const MEBIBYTE = 1024 * 1024

/** How far an image is here. */
const pulled = ({ doneBytes, totalBytes }: NonNullable<Task['pull']>): string => {
  const [done, total] = [doneBytes, totalBytes].map((bytes) => (bytes / MEBIBYTE).toFixed(1))
  return `pulls its image: ${done} of ${total} MiB`
}

export type Verdict = 'up' | 'failed' | 'unplaced'

/** How the deployment ended; null while it goes on. */
export const verdictOf = (slots: readonly Slot[]): Verdict | null => {
  const has = (standing: Slot['standing']) => slots.some((slot) => slot.standing === standing)
  if (has('failed')) return 'failed'
  if (has('unplaced')) return 'unplaced'
  return has('coming') || has('leaving') ? null : 'up'
}
