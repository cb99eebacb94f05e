/** What is counted on this node, and its text for Prometheus (docs/design/metrics.md). */
export { eventLoopDelay } from './event-loop.ts'
export { createMetrics, type Metrics, type MetricsComponents } from './metrics.ts'
export { type ProbeShare, watchProbes } from './probe-share.ts'
export { machineMetrics, processMetrics } from './process.ts'
export { type StoreWrites, watchStore } from './store-writes.ts'
export {
  createTaskCounts,
  type TaskCounts,
  type TaskCountsComponents,
  type TasksCounted,
} from './task-counts.ts'
