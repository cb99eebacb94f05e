/** Bounds of what is counted. */

/** How long after a scrape somebody is thought to scrape: the slowest usual interval, several times. */
export const SCRAPED_MS = 5 * 60_000

/** The shortest time over which usage is told, so that two readers a moment apart see the same. */
export const USAGE_SPAN_MS = 10_000

/** Readings closer together than this are one: there are never more than a dozen. */
export const USAGE_STEP_MS = 1_000

/** How often the event loop is looked at, while somebody scrapes. */
export const LOOP_LOOK_MS = 50

/** Tasks looked at in one turn, some milliseconds, and the pause before the next: at most half of a processor is taken. */
export const SLICE_TASKS = 128
export const SLICE_REST_MS = 4

/** A scrape waits no longer for tasks to be counted: far below the 10 s after which Prometheus gives up. */
export const COUNT_MS_MAX = 2_000

/** The greatest time-out of a ping of membership; what is answered later counts as not answered. */
export const PING_PATIENCE_MS = 2_000

/** Over how long the share of answered pings is told, and in which steps it moves on. */
export const SHARE_SPAN_MS = 60_000
export const SHARE_STEP_MS = 5_000

/** Pings whose answers are awaited: what a mesh of 1,000 sends within the patience, several times. */
export const PINGS_AWAITED_MAX = 8_192
