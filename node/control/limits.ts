/** Bounds of the servers that only the serving side needs; those that a client may rely on are in protocols/control. */

/** A client of this machine that has not sent its request by then is stuck. */
export const REQUEST_RECEIVE_MS_MAX = 30_000

/** Connections of one door: the panel in some tabs, some scripts; far below the usual limit of open files. */
export const CONNECTIONS_MAX = 256

/** What a daemon that stops gives to answers under way; they are local and short. */
export const STOP_GRACE_MS = 1000

/** A daemon that lives accepts at once; one that hangs is no reason to wait longer. */
export const PROBE_MS_MAX = 1000

/** Characters of a path parameter: a task id has up to 200. */
export const PARAM_LENGTH_MAX = 256

/** Characters of a stranger's text that are repeated in an error. */
export const ECHO_LENGTH_MAX = 200
