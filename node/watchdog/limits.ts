/** Bounds of the watchdog and of whoever speaks with it. */

/** A request; the longest holds a path of 4,096 characters. */
export const REQUEST_LENGTH_MAX = 16 * 1024

/** An answer; the longest lists `GUARDS_MAX` tasks with the longest names. */
export const ANSWER_LENGTH_MAX = 1024 * 1024

/** One daemon speaks; another may be looking, and a dead one's connection may not be cut yet. */
export const CONNECTIONS_MAX = 8

/** Tasks of one machine that are exclusive; each costs a look of some microseconds. */
export const GUARDS_MAX = 1_000

/** A lease lasts seconds; a deadline beyond this is a mistake, and would guard nothing. */
export const AHEAD_MS_MAX = 60 * 60_000

/** How often deadlines, and groups that lapsed, are looked at: what the kill of a woken machine waits at most. */
export const LOOK_MS = 100

/** How often the path of the socket is looked at while nothing is guarded. */
export const IDLE_LOOK_MS = 2_000

/** Between two attempts to kill what did not die at once. */
export const KILL_RETRY_MS = 20

/** Between two lines on the same kill that goes on failing; doubled after each, so that a log is not filled by one dead disk. */
export const COMPLAINT_MS_FIRST = 1_000
export const COMPLAINT_MS_MAX = 60_000

/** A watchdog that starts sets a log of this size aside: years of kills. */
export const LOG_BYTES_MAX = 1024 * 1024

/** The daemon asks this often how the watchdog is. */
export const HEARTBEAT_MS = 1_000

/** Either side gives the other up after this: an answer that does not come, a connection that asks nothing. */
export const ANSWER_MS_MAX = 2_000
export const SILENCE_MS_MAX = 10_000

/** One that does not answer another for so long is hung. A mistake costs nothing: the older one sees that, and ends. */
export const REPLACED_MS = 1_000

/** The daemon ends a watchdog of others that answered nothing for so long: more than a lease lasts, with what a kill takes. */
export const HANG_MS_MAX = 12_000

/** How long a watchdog that the daemon started stays with nobody to serve and nothing to guard. */
export const LINGER_MS = 5_000

/** How long what lapsed keeps such a watchdog: an engine that hung may still begin what it was asked for. */
export const LAPSED_STAY_MS = 10 * 60_000

/** Between two attempts of the daemon to start a watchdog. */
export const START_AGAIN_MS = 2_000
