/** What should run where, decided by the leader alone. See docs/design/scheduler.md. */
export type { RecordsChange } from './lookout.ts'
export { place } from './place.ts'
export { reconcile } from './reconcile.ts'
export { createScheduler, type Scheduler, type SchedulerComponents } from './scheduler.ts'
export type {
  LeaseView,
  NodeHealth,
  Plan,
  PlannedWithholding,
  SchedulerNode,
  SchedulerService,
  SchedulerView,
  WaitingSlot,
} from './view.ts'
