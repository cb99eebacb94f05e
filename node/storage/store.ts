import type { IntentIndex } from '../../crdt/index.ts'
import type { Logger } from '../ports/logger.ts'
import type { RecordStore, Store, StoredConsensus } from '../ports/storage.ts'
import { createConsensusStore } from './consensus-store.ts'
import { openDataDir } from './data-dir.ts'
import { type Database, openDatabase } from './database.ts'
import { type IndexingApart, indexApart, storeBytes } from './index-apart.ts'
import { inspectStore } from './inspect.ts'
import { finishMending } from './mend-store.ts'
import { createRecordStore } from './record-store.ts'
import { migrateStore } from './store-format.ts'
import { beginLife, type StoreLife } from './store-stamp.ts'

export interface StoreInit {
  readonly dataDir: string
  readonly logger: Logger
  /** Bytes from which on the intent in it is indexed by a thread of its own; absent where it never is. */
  readonly indexFromBytes?: number
}

/** A store, and what was indexed of it. */
export interface OpenStore extends Store {
  /** Whether it is a copy of a store that another machine may have; see `StoreLife`. */
  readonly isCopy: boolean
  /** Begins to read what consensus keeps, which its next `load()` gives. */
  readAhead(): Promise<StoredConsensus>
  /** Of revisions and registers, as they were when it was opened; null where it is not made, or was given already. @throws `storeCorrupt`, `storeUnread` */
  indexed(): Promise<IntentIndex | null>
}

/**
 * Opens the store in the data directory, making both where they are missing, and holds its lock until `close()`. One of an
 * older format is brought to the present one.
 * @throws `dataDirNewer`, `dataDirUnusable`, `dataDirInUse`, `storeCorrupt`, `storeFailed`
 */
export const openStore = async ({
  dataDir,
  logger,
  indexFromBytes = Number.POSITIVE_INFINITY,
}: StoreInit): Promise<OpenStore> => {
  await openDataDir(dataDir)
  await finishMending(dataDir)
  // Begun before all else: its modules are loaded while LevelDB opens.
  const indexing = (await storeBytes(dataDir)) >= indexFromBytes ? indexApart(dataDir) : null
  let database: Database | null = null
  try {
    await inspectStore(dataDir)
    database = await openDatabase(dataDir)
    indexing?.begin()
    await migrateStore(dataDir, database)
    const life = await beginLife(dataDir, database)
    logger.debug({ dataDir }, 'store opened')
    return storeOf(database, life, indexing)
  } catch (error) {
    await indexing?.stop()
    await database?.close()
    throw error
  }
}

const storeOf = (
  database: Database,
  { stamp, isCopy }: StoreLife,
  indexing: IndexingApart | null,
): OpenStore => {
  const collections = new Map<string, RecordStore>()
  const consensus = createConsensusStore(database, stamp)
  let ahead: Promise<StoredConsensus> | null = null
  return {
    isCopy,
    consensus: {
      ...consensus,
      load: () => {
        const loaded = ahead ?? consensus.load()
        ahead = null
        return loaded
      },
    },
    readAhead: () => {
      ahead ??= consensus.load()
      return ahead
    },
    records: (name) => {
      const records = collections.get(name) ?? createRecordStore(database, name)
      collections.set(name, records)
      return records
    },
    indexed: async () => (await indexing?.index()) ?? null,
    close: async () => {
      await indexing?.stop()
      await database.close()
    },
  }
}
