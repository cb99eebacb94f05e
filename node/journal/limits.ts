/** Bounds of the journal. Each has a unit in its name and a reason. */

/** Each of the two files: days of an ordinary node, and hours of one at level debug. */
export const FILE_BYTES_MAX = 4 * 1024 * 1024

/** Characters of the last lines in memory: all that readers who keep up ever need. */
export const MEMORY_LENGTH_MAX = 1024 * 1024

/** Characters that wait for the disk: less than memory holds, so that what is not in the file yet is there. */
export const PENDING_LENGTH_MAX = 512 * 1024

/** Lines from before there is a directory to keep them in. */
export const EARLY_LINES_MAX = 1_000

/** Bytes read from a file at a time: some hundred lines, a millisecond of work. */
export const READ_BYTES = 64 * 1024

/** How long the end of a daemon waits for a disk that hangs. */
export const CLOSE_TIMEOUT_MS = 1_000

/** Members that read here at once: each may cost a look through all lines. */
export const READERS_MAX = 16

/** After so long of taking nothing a reader is let go; it comes back by itself where somebody still waits. */
export const WRITE_TIMEOUT_MS = 60_000

/** Each of the two files of a copy. */
export const COPY_BYTES_MAX = 512 * 1024

/** Nodes of which copies are kept: with two copies of each, far above what chance deals to one member. */
export const COPIES_MAX = 32

/** Members that keep a copy: one of them may be lost with the node. */
export const COPIES_OF_EACH = 2

/** Members that are asked for a copy: the first ones may have been dead when it was made. */
export const HOLDERS_ASKED_MAX = 8

/** Lines of one batch to a URL, of a few hundred characters each. */
export const BATCH_LINES_MAX = 500

/** Characters of one batch to a URL, below what servers take unasked. */
export const BATCH_LENGTH_MAX = 512 * 1024

/** How long a batch waits for more lines. */
export const GATHER_MS = 1_000

/** From sending a batch to the end of its answer. */
export const POST_TIMEOUT_MS = 10_000

/** Between two tries, at first, and in the end where a server is to be left in peace. */
export const RETRY_FLOOR_MS = 1_000
export const RETRY_CEILING_MS = 60_000
