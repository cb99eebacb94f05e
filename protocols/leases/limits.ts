/** The times of leases, in milliseconds; docs/design/leases.md says how they come together. */

/** From the holder's request to the end of the lease: several elections, so that a change of leaders costs nobody a task. */
export const LEASE_MS = 8_000
/** Between two requests of a holder: three may be lost before a task is stopped. */
export const RENEW_MS = 2_000
/** Until a request without an answer is made again, by another way. */
export const RETRY_MS = 1_000
/** So long before its end a lease counts as lapsed: the task has this time to end by itself. */
export const STOP_MS = 1_500
/** By how much two clocks may part during a lease: 500 ppm each, and what the uptime is rounded by. */
export const DRIFT_MS = 100
/** What the watchdog may need from the end of a lease until nothing of the task runs, on a busy machine. */
export const KILL_MS = 2_000
/** From a grant until the task surely runs no more, by the leader's clock. */
export const LAPSE_MS = LEASE_MS + DRIFT_MS + KILL_MS

/** A task whose lease nobody asked for in this time is orphaned. */
export const SILENT_MS = 30_000
/** How long a node that lost a lease comes last for exclusive work; doubled each time. */
export const HOLD_DOWN_MS = 30_000
export const HOLD_DOWN_MS_MAX = 960_000
/** After so long without another loss a node is as good as any. */
export const HOLD_DOWN_FORGOTTEN_MS = 600_000
/** Leases lost within this time are one loss: they fell together. */
export const ONE_LOSS_MS = 5_000

/** Tasks in one request: some 30 KiB; more are asked for in several. */
export const TASKS_PER_ASK_MAX = 128
/** Requests that wait for a quorum at once on a leader: a thousand nodes, and bounded memory without a quorum. */
export const ASKS_WAITING_MAX = 1_024
