import type { TaskTally } from '../../protocols/control/index.ts'
import type { Assignment, TaskId } from '../../protocols/decisions/index.ts'
import type { TaskState } from '../../protocols/tasks/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import { COUNT_MS_MAX, SCRAPED_MS, SLICE_REST_MS, SLICE_TASKS } from './limits.ts'

export interface TaskCountsComponents {
  readonly self: NodeId
  readonly clock: Clock
  tasks(): ReadonlyMap<TaskId, Assignment>
  /** What the task's node said of it last. */
  stateOf(assignment: Assignment): TaskState
  /** Told of tasks of which something may be new; null for all of them. Returns the end of the subscription. */
  onChange(listener: (tasks: readonly TaskId[] | null) => void): () => void
}

export interface TasksCounted {
  readonly byState: TaskTally
  /** Those of this node that run. */
  readonly active: number
}

export interface TaskCounts {
  /** As of now. The first call looks at every task, some at a turn; later ones at those of which something was said. */
  read(): Promise<TasksCounted>
  /** The same, or null where that takes longer than `COUNT_MS_MAX`; the counting goes on. */
  readSoon(): Promise<TasksCounted | null>
}

const NONE: TaskTally = {
  assigned: 0,
  preparing: 0,
  starting: 0,
  running: 0,
  waiting: 0,
  stopping: 0,
  stopped: 0,
  completed: 0,
  failed: 0,
  rejected: 0,
}

/** Counts as long as somebody asks; nothing is kept, and nothing listened to, before that and `SCRAPED_MS` after it. */
export const createTaskCounts = (components: TaskCountsComponents): TaskCounts => {
  const { self, clock, tasks, stateOf } = components
  const states = new Map<TaskId, TaskState>()
  const active = new Set<TaskId>()
  let byState = { ...NONE }
  /** Tasks to look at when somebody asks. */
  let changed = new Set<TaskId>()
  let askedAtMs = 0
  /** Null where nobody asks. */
  let unsubscribe: (() => void) | null = null
  let counting: Promise<void> | null = null

  const rest = (ms: number) => new Promise<null>((resolve) => void clock.after(ms, () => resolve(null)))

  const forget = (): void => {
    states.clear()
    active.clear()
    changed.clear()
    byState = { ...NONE }
  }

  const begin = (): void => {
    forget()
    changed = new Set(tasks().keys())
  }

  const end = (): void => {
    unsubscribe?.()
    unsubscribe = null
    forget()
  }

  const onChange = (named: readonly TaskId[] | null): void => {
    if (clock.nowMs() - askedAtMs >= SCRAPED_MS) end()
    else if (named === null) begin()
    else for (const task of named) changed.add(task)
  }

  const look = (task: TaskId): void => {
    const before = states.get(task)
    if (before !== undefined) byState[before] -= 1
    states.delete(task)
    active.delete(task)
    const assignment = tasks().get(task)
    if (assignment === undefined) return
    const state = stateOf(assignment)
    states.set(task, state)
    byState[state] += 1
    if (state === 'running' && assignment.node === self) active.add(task)
  }

  const count = async (): Promise<void> => {
    let left = SLICE_TASKS
    while (changed.size > 0) {
      const due = changed
      changed = new Set()
      for (const task of due) {
        if (left === 0) {
          await rest(SLICE_REST_MS)
          left = SLICE_TASKS
        }
        look(task)
        left -= 1
      }
    }
  }

  const read = async (): Promise<TasksCounted> => {
    askedAtMs = clock.nowMs()
    if (unsubscribe === null) {
      unsubscribe = components.onChange(onChange)
      begin()
    }
    counting ??= count().finally(() => {
      counting = null
    })
    try {
      await counting
    } catch (error) {
      // What was not looked at is not known any more.
      end()
      throw error
    }
    return { byState: { ...byState }, active: active.size }
  }

  return { read, readSoon: () => Promise.race([read(), rest(COUNT_MS_MAX)]) }
}
