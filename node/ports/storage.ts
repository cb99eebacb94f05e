/** What the services keep on disk, free of LevelDB. Every write that a promise rests on is synced before it resolves. */
import type {
  Compaction,
  HardState,
  LogEntry,
  LogPoint,
  Snapshot,
  SnapshotData,
  StoreStamp,
} from '../../protocols/consensus/index.ts'

export interface ConsensusChange {
  readonly hardState: HardState | null
  /** Replaces whatever is stored from the first one's index on; consecutive. */
  readonly entries: readonly LogEntry[]
  /** A snapshot in place of the one before, and what remains of the log; done before the entries are replaced. */
  readonly compaction?: Compaction | null
}

export interface StoredConsensus {
  readonly hardState: HardState | null
  /** Consecutive, from the one after `base` on. */
  readonly entries: readonly LogEntry[]
  /** Absent, as is the base, where the log was never compacted and begins at 1. */
  readonly snapshot?: Snapshot
  readonly base?: LogPoint
}

export interface ConsensusStore {
  /** Which store this is, and in which of its lives; null where it has no name, and so counts wherever none is asked for. */
  readonly stamp: StoreStamp | null
  /** Everything that was persisted. @throws `storeCorrupt` where it does not fit together */
  load(): Promise<StoredConsensus>
  /**
   * The bytes of a snapshot that was persisted, each part read when it is asked for; absent where they are in memory anyhow.
   * Reading throws `storeCorrupt`, also once another snapshot took its place.
   */
  readonly snapshotData?: (snapshot: Snapshot) => SnapshotData
  /** As a whole or not at all, and synced. @throws `storeFailed` */
  persist(change: ConsensusChange): Promise<void>
}

export interface RecordChange {
  readonly key: string
  /** Null deletes. */
  readonly value: Uint8Array | null
}

/** One named collection of byte records, in key order. */
export interface RecordStore {
  get(key: string): Promise<Uint8Array | null>
  /** The same at once, for records of some hundred bytes: everybody waits for the disk. @throws `storeCorrupt`, `storeFailed` once it is closed */
  getNow(key: string): Uint8Array | null
  /** Applied as a whole or not at all, and synced. @throws `storeFailed` */
  write(changes: readonly RecordChange[]): Promise<void>
  entries(prefix?: string): AsyncIterable<readonly [key: string, value: Uint8Array]>
  /** The same, as many together as are read at a time. */
  pages(prefix?: string): AsyncIterable<readonly (readonly [key: string, value: Uint8Array])[]>
}

export interface Store {
  readonly consensus: ConsensusStore
  /** The collection of that name, made on first use. */
  records(name: string): RecordStore
  close(): Promise<void>
}
