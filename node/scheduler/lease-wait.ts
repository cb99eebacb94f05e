/** What leases have to say about moving a task. */
import type { Assignment } from '../../protocols/decisions/index.ts'
import { isFinal } from '../../protocols/tasks/index.ts'
import type { SchedulerView } from './view.ts'

/** Whether a task runs under a lease, as far as it is known here. */
export const isLeased = (task: Assignment, view: SchedulerView): boolean =>
  view.specOf(task)?.exclusive === true

/** Where the revision's bytes are not here, nobody can say that it does not. */
export const mayBeLeased = (task: Assignment, view: SchedulerView): boolean =>
  view.specOf(task)?.exclusive ?? view.specOf(task) === null

const hasEnded = (task: Assignment, view: SchedulerView): boolean => {
  const status = view.statusOf(task.task)
  return status !== null && isFinal(status)
}

/**
 * For how long a task without a lease has been silent about it; 0 for what needs none: a task that has ended, and one that is
 * not exclusive.
 */
export const silentForMs = (task: Assignment, view: SchedulerView): number =>
  isLeased(task, view) && !hasEnded(task, view) ? view.leases.silentForMs(task.task) : 0

/**
 * Until when a task must stay in its slot, because it may still run under its lease; null where it may be moved at
 * once. Infinite while its lease is not withheld: that comes first.
 */
export const leaseWait = (task: Assignment, view: SchedulerView): number | null => {
  if (!mayBeLeased(task, view) || hasEnded(task, view)) return null
  const { leases, nowMs } = view
  const untilMs = leases.movableAtMs(task.task)
  return leases.withheldFor(task.task) !== null && untilMs <= nowMs ? null : untilMs
}
