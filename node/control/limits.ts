/** Bounds of the API that only the serving side needs; those that a client may rely on are in protocols/control, those of any server in node/http. */

/** What a daemon that stops gives to answers under way; they are local and short. */
export const STOP_GRACE_MS = 1000

/** A daemon that lives accepts at once; one that hangs is no reason to wait longer. */
export const PROBE_MS_MAX = 1000

/** Characters of a path parameter: a task id has up to 200. */
export const PARAM_LENGTH_MAX = 256

/** Characters of a stranger's text that are repeated in an error. */
export const ECHO_LENGTH_MAX = 200
