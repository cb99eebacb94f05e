/**
 * The process beside the daemon that ends exclusive work when its lease lapses, and the daemon's way to it; see
 * docs/design/watchdog.md.
 */
export { bootMs } from './boot.ts'
export {
  createWatchdogClient,
  type WatchdogClient,
  type WatchdogClientComponents,
  type WatchdogClientInit,
} from './client.ts'
export { createKiller, type Killer } from './killer.ts'
export { startDetached } from './start-detached.ts'
export { createTaskGroups, holdsTaskGroups, type TaskGroups } from './task-groups.ts'
export {
  type RunningWatchdog,
  startWatchdog,
  type WatchdogComponents,
  type WatchdogInit,
} from './watchdog.ts'
export type { WatchdogView } from './words.ts'
