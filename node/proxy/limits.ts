/** Bounds of the proxy. Each has a unit in its name and a reason. */

/** Connections of one port: what a busy site has, at up to half a MiB of buffers each in the worst case. */
export const PORT_CONNECTIONS_MAX = 2_048

/** Connections that this node carries, of all ports and for other nodes: two file descriptors each, of which few systems give less. */
export const CONNECTIONS_MAX = 4_096

/** A connection is tried on one task after another for so long, and waits for one where none runs: a restart in place takes less. */
export const PATIENCE_MS = 5_000

/** One task may take so long to take a connection: on this node at once, on another after some round trips and a dial. */
export const CONNECT_TIMEOUT_MS = 3_000

/** Before all tasks are tried again. */
export const TRY_AGAIN_MS = 100

/** A task that refused a connection comes last for so long. */
export const ASIDE_MS = 2_000

/** A connection on which nothing moved for so long is ended: whoever wants to keep one says something within an hour. */
export const IDLE_MS = 3_600_000

/** Until the first probe of a client that says nothing. */
export const KEEP_ALIVE_MS = 60_000

/** A task that is to stop is waited for so long. */
export const DRAIN_MS = 10_000

/** How often connections that drain are looked at. */
export const DRAIN_LOOK_MS = 20

/** Quiet for so long, its task having spoken last: between two requests, most likely; the latter in the second half of `DRAIN_MS`. */
export const QUIET_MS = 500
export const QUIET_LATE_MS = 20

/** Pauses before a port that something else holds is tried again. */
export const LISTEN_RETRY_FLOOR_MS = 500
export const LISTEN_RETRY_CEILING_MS = 30_000

/** UDP clients of one port at once: a resolver's or a game's worth, at two sockets each. */
export const UDP_SESSIONS_MAX = 1_024

/** A UDP client that said and heard nothing for so long is gone: the time that most home routers give it. */
export const UDP_IDLE_MS = 30_000

/** Datagrams of one client that wait until its task is found. */
export const UDP_WAITING_MAX = 16

/** Datagrams on their way to another node, of one client, beyond which more are dropped, as UDP does. */
export const UDP_QUEUE_BYTES_MAX = 256 * 1024

/** Changes that come together are looked at together. */
export const SETTLE_MS = 20
