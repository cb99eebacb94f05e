/** Times and counts of task records. Each has a unit in its name and a reason. */

/** What ends together is written together: one synced write, and a person who looks does not notice. */
export const WRITE_DELAY_MS = 200

/** Members that hear of a record directly; more are reached by gossip. */
export const DIRECT_PEERS_MAX = 32

/** Between two comparisons with a random peer: hints are quick, and nobody waits for what they missed. */
export const COMPARE_MIN_MS = 10_000
export const COMPARE_MAX_MS = 20_000

/** One question; a piece of an archive crosses a slow link in that time. */
export const REQUEST_TIMEOUT_MS = 5_000

/** One document, its records and 512 bytes around each: some 8,000 tasks that ended in one period. */
export const DOCUMENT_BYTES_MAX = 8 * 1024 * 1024

/** What one node may take of each of these bounds, and of the open documents of a project: who writes without end leaves the others their half. */
export const SHARE_OF_NODE = 1 / 2

/** All open documents of a node. */
export const DOCUMENTS_BYTES_MAX = 64 * 1024 * 1024

/** How far ahead of this node's clock a period may begin: clocks that are a day off are told of, and waited for. */
export const AHEAD_MAX_MS = 86_400_000

/** After the end of a period, for records that are late and members that come back: an hour. */
export const GRACE_MS = 3_600_000

/** A leader waits so long after the grace for a majority that holds the same as it does: then one that floods is why. */
export const AGREE_MAX_MS = 6 * 3_600_000

/** Hints of one member that wait for their turn; what is beyond them comes with the next comparison. */
export const HINTS_WAITING_MAX = 64

/** One pull, or one archive: a peer that answers slowly, or without end, holds the others up for so long. What came stays. */
export const PULL_MAX_MS = 60_000

/** Between two looks at what is over: nothing hurries. */
export const REVIEW_MS = 30_000

/** A task that is neither in the log nor on the machine so long after the start of the daemon ended while it was down. */
export const LOST_AFTER_MS = 60_000

/** For so many periods an archive is kept: a month of days. */
export const ARCHIVES_KEPT = 30
/** And their records together, before they are packed. */
export const ARCHIVES_BYTES_KEPT = 64 * 1024 * 1024
