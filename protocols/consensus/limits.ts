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

/**
 * No piece but the last one is smaller: pieces are collected until all are there, and a snapshot in single bytes, which no
 * member sends that means well, would be hours of work.
 */
export const SNAPSHOT_PIECE_BYTES_MIN = 64 * 1024

/** Pieces on their way to one peer: 20 MB/s at 50 ms round trip, and less than a second of a slow link. */
export const SNAPSHOT_BYTES_IN_FLIGHT_MAX = 1024 * 1024

/**
 * How far a message may be ahead of the present term. A term is an election, and elections are counted up to 2^48: one
 * message from there would leave no term for the next one. A million of them is more than a node misses that comes back
 * after years, and whoever lies its way up has to make every voter write 2^28 times.
 */
export const TERM_JUMP_MAX = 2 ** 20

/** Entries kept before a snapshot: a follower that misses no more of them, a minute of a busy mesh, needs no snapshot. */
export const LOG_TAIL_ENTRIES = 1_024

/** How far behind a learner may be to become a voter: one append more, and it has all. */
export const CAUGHT_UP_ENTRIES = 64
