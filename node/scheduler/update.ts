/**
 * Where an update goes from here: pure, one step at a time, from the row in the log and what is seen of the service. Whoever leads
 * finds the same. See docs/design/updates.md.
 */
import {
  type AcceptedObject,
  type Assignment,
  hasEnded,
  isBackward,
  type RevisionId,
  type Update,
} from '../../protocols/decisions/index.ts'
import { UP_WITHIN_MS, type UpdatePolicy } from '../../protocols/spec/index.ts'

/**
 * How a task is doing: its program was not begun yet; it was; it is up, or did what it was to do; it failed; or it has lost its node, and
 * that says nothing about what it runs.
 */
export type TaskStanding = 'preparing' | 'begun' | 'up' | 'failed' | 'lost'

/** A task of the service. */
export interface UpdatedTask {
  readonly assignment: Assignment
  /** It is what a task of the target would be. */
  readonly isCurrent: boolean
  readonly standing: TaskStanding
}

export interface UpdateSight {
  readonly accepted: Pick<AcceptedObject, 'object' | 'head' | 'history'>
  /** Of the target, as is all that follows. */
  readonly replicas: number
  readonly policy: UpdatePolicy
  readonly tasks: readonly UpdatedTask[]
  /** For how long the row has been as it is. */
  readonly sinceMs: number
  readonly wallMs: number
}

/** The next row, or null; then in how many milliseconds there may be one although nothing else changed. */
export interface UpdateAdvance {
  readonly next: Update | null
  readonly againMs: number | null
}

const NOTHING: UpdateAdvance = { next: null, againMs: null }
/** Whole milliseconds: a clock's fractions never add up to the last one, and it would be looked at without a breath. */
const inMs = (leftMs: number): UpdateAdvance => ({ next: null, againMs: Math.ceil(leftMs) })
const bySlot = (a: UpdatedTask, b: UpdatedTask): number => a.assignment.slot - b.assignment.slot
const isUp = ({ standing }: UpdatedTask): boolean => standing === 'up'
const slotOf = ({ assignment }: UpdatedTask): number => assignment.slot

/** `changing` and what belongs to it, of a row that rests. */
const AT_REST = { phase: 'resting', changing: [], opened: 0, failed: [] } as const

type Change = Partial<Omit<Update, 'object' | 'revision' | 'back' | 'step' | 'atMs'>> & {
  readonly reason: string
}

const stepOf = (row: Update, { wallMs }: UpdateSight, change: Change): Update => ({
  ...row,
  ...change,
  step: row.step + 1,
  atMs: wallMs,
})

/** The `count` lowest slot numbers that no task has. */
const freeSlots = (tasks: readonly UpdatedTask[], count: number): number[] => {
  const taken = new Set(tasks.map(slotOf))
  const free: number[] = []
  for (let slot = 0; free.length < count; slot++) if (!taken.has(slot)) free.push(slot)
  return free
}

/** The slots of the next batch: those whose task is not up first, and no ready task goes while too few others are. */
const nextBatch = ({ tasks, replicas, policy }: UpdateSight): Pick<Update, 'changing' | 'opened'> => {
  const { parallelism, startsFirst } = policy
  const outdated = tasks.filter(({ isCurrent }) => !isCurrent).sort(bySlot)
  const down = outdated.filter((task) => !isUp(task)).slice(0, parallelism)
  const up = outdated.filter(isUp).slice(0, parallelism - down.length)
  const spared = Math.max(0, tasks.filter(isUp).length - Math.max(0, replicas - parallelism))
  const exchanged = startsFirst ? freeSlots(tasks, up.length) : up.slice(0, spared).map(slotOf)
  return {
    changing: [...down.map(slotOf), ...exchanged].sort((a, b) => a - b),
    opened: startsFirst ? exchanged.length : 0,
  }
}

/** What most of the tasks run that are to be exchanged, and can be gone back to; of equals the older, which is proven for longer. */
const backOf = ({ accepted, tasks }: UpdateSight): RevisionId | null => {
  const counted = accepted.history
    .filter((revision) => revision !== accepted.head)
    .map((revision) => ({
      revision,
      count: tasks.filter(({ assignment, isCurrent }) => !isCurrent && assignment.revision === revision)
        .length,
    }))
  const most = Math.max(0, ...counted.map(({ count }) => count))
  return most === 0 ? null : (counted.findLast(({ count }) => count === most)?.revision ?? null)
}

const goOn = (row: Update, sight: UpdateSight): Update | null => {
  const { changing, opened } = nextBatch(sight)
  if (changing.length === 0) return null
  const left = sight.tasks.filter(({ isCurrent }) => !isCurrent).length
  const reason = `${changing.length} of ${left} that are left`
  return stepOf(row, sight, { changing, opened, failed: [], phase: 'preparing', reason })
}

const begin = (sight: UpdateSight): Update | null => {
  const { accepted, tasks, replicas, wallMs } = sight
  // What is too many leaves first.
  if (tasks.length > replicas || tasks.every(({ isCurrent }) => isCurrent)) return null
  const { object, head: revision } = accepted
  const row: Update = {
    ...AT_REST,
    object,
    revision,
    back: backOf(sight),
    step: 0,
    state: 'updating',
    done: 0,
    failures: 0,
    atMs: wallMs,
    reason: '',
  }
  return goOn(row, sight) ?? stepOf(row, sight, { reason: 'too few of its tasks are up' })
}

const countOf = (slots: number): string =>
  slots === 1 ? 'one slot was changed' : `${slots} slots were changed`

const rest = (row: Update, sight: UpdateSight): UpdateAdvance => {
  const { tasks, replicas, policy, sinceMs } = sight
  // What was exchanged leaves first.
  if (tasks.length > replicas) return NOTHING
  if (tasks.every(({ isCurrent }) => isCurrent)) {
    const state = isBackward(row) ? 'rollback_completed' : 'completed'
    return { next: stepOf(row, sight, { ...AT_REST, state, reason: countOf(row.done) }), againMs: null }
  }
  const leftMs = policy.delayMs - sinceMs
  return leftMs > 0 ? inMs(leftMs) : { next: goOn(row, sight), againMs: null }
}

/** What failed by now and was not counted: tasks in change; of those that were changed before, what ended for good. */
const newlyFailed = ({ phase, failed, changing }: Update, { tasks, sinceMs }: UpdateSight) =>
  tasks.filter(({ assignment, standing, isCurrent }) => {
    if (!isCurrent || failed.includes(assignment.task)) return false
    if (standing === 'failed') return true
    if (standing !== 'begun' || !changing.includes(assignment.slot)) return false
    return phase === 'watching' || (phase === 'starting' && sinceMs >= UP_WITHIN_MS)
  })

const howFailed = ({ standing }: UpdatedTask, { phase }: Update): string => {
  if (standing === 'failed') return 'failed'
  return phase === 'watching' ? 'fell while it was watched' : 'was not up in time'
}

const fail = (row: Update, sight: UpdateSight, fallen: readonly UpdatedTask[], held: string[]): Update => {
  const { replicas, policy } = sight
  const failures = row.failures + fallen.length
  const [first] = fallen as [UpdatedTask, ...UpdatedTask[]]
  const reason = `${first.assignment.task} ${howFailed(first, row)}; ${failures} of ${replicas} failed`
  const isOver = policy.onFailure !== 'continue' && failures >= policy.maxFailureRatio * replicas
  const failed = [...held, ...fallen.map(({ assignment }) => assignment.task)].sort()
  const phase = row.changing.length === 0 ? 'resting' : 'preparing'
  if (!isOver) return stepOf(row, sight, { phase, failures, failed, reason })
  if (isBackward(row)) return stepOf(row, sight, { state: 'rollback_paused', failures, failed, reason })
  return policy.onFailure === 'rollback' && row.back !== null
    ? stepOf(row, sight, { ...AT_REST, state: 'rollback_started', done: 0, failures: 0, reason })
    : stepOf(row, sight, { state: 'paused', failures, failed, reason })
}

/** While slots are in change. `held`: of what failed, what still holds its slot. */
const attend = (row: Update, sight: UpdateSight, held: string[]): UpdateAdvance => {
  const { tasks, policy, sinceMs } = sight
  const changed = tasks.filter(
    ({ assignment, isCurrent }) => isCurrent && row.changing.includes(assignment.slot),
  )
  const isBegun = ({ assignment, standing }: UpdatedTask) =>
    (standing === 'begun' || standing === 'up') && !held.includes(assignment.task)
  const begun = changed.filter(isBegun).length
  const up = changed.filter(isUp).length
  const all = row.changing.length
  const phase = begun < all ? 'preparing' : up < all ? 'starting' : 'watching'
  if (phase !== row.phase)
    return {
      next: stepOf(row, sight, { phase, failed: held, reason: `${up} of ${all} are up` }),
      againMs: null,
    }
  if (phase === 'preparing') return NOTHING
  const leftMs = (phase === 'starting' ? UP_WITHIN_MS : policy.monitorMs) - sinceMs
  if (leftMs > 0 || phase === 'starting') return leftMs > 0 ? inMs(leftMs) : NOTHING
  const done = row.done + all
  return { next: stepOf(row, sight, { ...AT_REST, done, reason: countOf(done) }), againMs: null }
}

/** The step that is due; null where there is none, and none will be. `row`: null where no update has begun. */
export const advanceUpdate = (row: Update | null, sight: UpdateSight): UpdateAdvance => {
  if (row === null) return { next: begin(sight), againMs: null }
  if (hasEnded(row) || row.state === 'paused' || row.state === 'rollback_paused') return NOTHING
  const held = row.failed.filter((task) => sight.tasks.some(({ assignment }) => assignment.task === task))
  const fallen = newlyFailed(row, sight)
  if (fallen.length > 0) return { next: fail(row, sight, fallen, held), againMs: null }
  return row.changing.length === 0 ? rest(row, sight) : attend(row, sight, held)
}
