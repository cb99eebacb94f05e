/** When a node cuts off its log: often enough that it stays short, seldom enough that snapshots cost less than the log. */
import { LOG_TAIL_ENTRIES, type LogEntry } from '../../protocols/consensus/index.ts'

/** How much log makes a snapshot worth while. */
export interface CompactionBounds {
  /** Entries since the last one: a start applies no more than a second's worth of them. */
  readonly entries: number
  /** Bytes since the last one: what all of them may take on disk and in memory. */
  readonly bytes: number
  /** Entries left before it, for followers that are a little behind. */
  readonly keepEntries: number
}

export const COMPACTION: CompactionBounds = {
  entries: 8_192,
  bytes: 8 * 1024 * 1024,
  keepEntries: LOG_TAIL_ENTRIES,
}

/** What an entry takes beside its data. */
const ENTRY_BYTES = 32

/** What the log amounts to here, up to an index. */
export interface Taken {
  readonly index: number
  readonly data: Uint8Array
}

/** Counts the log since the last snapshot. */
export interface SnapshotTaking {
  committed(entries: readonly LogEntry[]): void
  /** A snapshot of so many bytes stands for all that was counted. */
  taken(bytes: number): void
  /** Whether the log is long enough; and it also outgrew the last snapshot, or a large state would be written for little. */
  isDue(): boolean
}

export const createSnapshotTaking = (bounds: CompactionBounds): SnapshotTaking => {
  let entries = 0
  let bytes = 0
  let lastBytes = 0
  return {
    committed: (more) => {
      entries += more.length
      for (const { data } of more) bytes += ENTRY_BYTES + data.byteLength
    },
    taken: (snapshotBytes) => {
      entries = 0
      bytes = 0
      lastBytes = snapshotBytes
    },
    isDue: () => (entries >= bounds.entries || bytes >= bounds.bytes) && bytes >= lastBytes,
  }
}
