/** What the services keep on disk, free of LevelDB. Every write that a promise rests on is synced before it resolves. */
import type { HardState, LogEntry } from '../../protocols/consensus/index.ts'

export interface ConsensusChange {
  readonly hardState: HardState | null
  /** Replaces whatever is stored from the first one's index on; consecutive. */
  readonly entries: readonly LogEntry[]
}

export interface ConsensusStore {
  /** Everything that was persisted; the entries are consecutive. @throws `storeCorrupt` */
  load(): Promise<{
    readonly hardState: HardState | null
    readonly entries: readonly LogEntry[]
  }>
  /** Hard state and entries in one synced batch. @throws `storeFailed` */
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
  /** Applied as a whole or not at all, and synced. @throws `storeFailed` */
  write(changes: readonly RecordChange[]): Promise<void>
  entries(prefix?: string): AsyncIterable<readonly [key: string, value: Uint8Array]>
}

export interface Store {
  readonly consensus: ConsensusStore
  /** The collection of that name, made on first use. */
  records(name: string): RecordStore
  close(): Promise<void>
}
