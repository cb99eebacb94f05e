/** Bounds of the local API. Each has a unit in its name and a reason. */

/** One request body: a Compose file of the largest mesh is far below. */
export const REQUEST_BYTES_MAX = 1024 * 1024

/** One of somebody who is not known yet: a login has some kilobytes, and strangers must not fill the memory. */
export const OPEN_REQUEST_BYTES_MAX = 16 * 1024

/** Events that a daemon keeps for those who come back with `since`: a minute of a failing mesh. */
export const EVENTS_KEPT_MAX = 1000

/** Events that wait for one slow reader before it is let go; an event with a problem has up to 3 KiB, so that is at most 3 MB. */
export const EVENTS_WAITING_MAX = 1000

/** Streams open at once at one door: each holds a buffer of the bound above. */
export const STREAMS_MAX = 64

/** Bytes of a unix socket's path: `sun_path` is 108 bytes on Linux, the last of which is NUL. */
export const SOCKET_PATH_BYTES_MAX = 107

/** Services in one request: a Compose file is written by hand. */
export const SERVICES_MAX = 256

/** How long an apply waits for acceptance: an election takes a second or two; longer, there is no majority. */
export const ACCEPT_MS_MAX = 10_000

/** Characters of a text that lines are searched for. */
export const LOG_GREP_LENGTH_MAX = 256

/** Lines of a log that may be asked for from its end; whoever wants more wants all. */
export const LOG_TAIL_MAX = 10_000
