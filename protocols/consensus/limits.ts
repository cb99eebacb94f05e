/** Bounds of consensus. All of them are checked where bytes are parsed; a sender keeps to them by itself. */
import type { AppendBounds } from './types.ts'

/** Voters of one configuration: with 5, two may fail; more would only slow each decision down. */
export const VOTERS_MAX = 5

/** Election time-outs without a leader after which an edge node campaigns: every other voter had its chance by then. */
export const EDGE_PATIENCE = 3

/** Learners at once: a whole new set of voters. */
export const LEARNERS_MAX = 5

/** Data of one entry: a decision names revisions by hash and is far smaller. Proposals over it are dropped. */
export const ENTRY_BYTES_MAX = 64 * 1024

/** Entries in one append: enough to fill it with small decisions, few enough to check in well under a millisecond. */
export const ENTRIES_PER_APPEND_MAX = 256

/** Data of all entries in one append; with what CBOR adds, it stays below one frame (1 MiB). */
export const APPEND_BYTES_MAX = 512 * 1024

/** What a leader puts into one append: as much as a receiver takes. */
export const APPENDS: AppendBounds = { entriesMax: ENTRIES_PER_APPEND_MAX, bytesMax: APPEND_BYTES_MAX }

/** Appends with entries on their way to one peer: at 50 ms round trip, still thousands of entries per second. */
export const APPENDS_IN_FLIGHT_MAX = 16

/** Data of the entries on their way to one peer: a slow one holds no more of the leader's memory. */
export const BYTES_IN_FLIGHT_MAX = 2 * 1024 * 1024

/** One snapshot: 100,000 tasks take half of it. It is held in memory, and once more while it is received. */
export const SNAPSHOT_BYTES_MAX = 64 * 1024 * 1024

/** One piece of a snapshot: less than an append may be, so that the heartbeats behind it are in time. */
export const SNAPSHOT_PIECE_BYTES_MAX = 256 * 1024

/** Entries kept before a snapshot: a follower that misses no more of them, a minute of a busy mesh, needs no snapshot. */
export const LOG_TAIL_ENTRIES = 1_024

/** How far behind a learner may be to become a voter: one append more, and it has all. */
export const CAUGHT_UP_ENTRIES = 64
