/** Bounds of revocations. Each has a unit in its name and a reason. */

/** How often sets are compared, where nobody connected anew: what was told and lost arrives within this. */
export const COMPARE_INTERVAL_MS = 10_000

/** Members that are compared with each time: with three, a mesh of hundreds agrees in a few rounds. */
export const COMPARED_MAX = 3

/** A message there and back on a slow link. */
export const REQUEST_TIMEOUT_MS = 5_000

/** Signatures verified before others get their turn: some milliseconds. */
export const VERIFIED_PER_TURN = 16

/** How often the leader looks again at what it could not decide. */
export const DECIDE_RETRY_MS = 2_000
