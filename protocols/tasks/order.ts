import type { TaskState, TaskStatus } from './types.ts'

/** Order of the states within one attempt. */
const RANKS: Readonly<Record<TaskState, number>> = {
  assigned: 0,
  preparing: 1,
  starting: 2,
  running: 3,
  waiting: 4,
  stopping: 5,
  stopped: 6,
  completed: 6,
  failed: 6,
  rejected: 6,
}

/** True for the states that a task never leaves. */
export const isFinal = (status: TaskStatus): boolean => RANKS[status.state] === RANKS.stopped

/** True where `next` may follow `present`: the same state told anew, a later one, or a later attempt. */
export const isForward = (present: TaskStatus, next: TaskStatus): boolean => {
  if (next.task !== present.task || next.token !== present.token) return false
  if (isFinal(present)) return next.state === present.state
  if (isFinal(next)) return next.attempt >= present.attempt
  // What is being stopped is not started again: only a final state follows.
  if (present.state === 'stopping') return next.state === 'stopping'
  if (next.attempt !== present.attempt) return next.attempt > present.attempt
  return RANKS[next.state] >= RANKS[present.state]
}
