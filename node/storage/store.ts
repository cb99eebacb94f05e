import type { Logger } from '../ports/logger.ts'
import type { RecordStore, Store } from '../ports/storage.ts'
import { createConsensusStore } from './consensus-store.ts'
import { openDataDir } from './data-dir.ts'
import { openDatabase } from './database.ts'
import { inspectStore } from './inspect.ts'
import { finishMending } from './mend-store.ts'
import { createRecordStore } from './record-store.ts'
import { migrateStore } from './store-format.ts'
import { beginLife } from './store-stamp.ts'

export interface StoreInit {
  readonly dataDir: string
  readonly logger: Logger
}

/**
 * Opens the store in the data directory, making both where they are missing, and holds its lock until `close()`. One of an
 * older format is brought to the present one.
 * @throws `dataDirNewer`, `dataDirUnusable`, `dataDirInUse`, `storeCorrupt`, `storeFailed`
 */
export const openStore = async ({ dataDir, logger }: StoreInit): Promise<Store> => {
  await openDataDir(dataDir)
  await finishMending(dataDir)
  await inspectStore(dataDir)
  const database = await openDatabase(dataDir)
  const begin = async () => {
    await migrateStore(dataDir, database)
    return await beginLife(dataDir, database)
  }
  const stamp = await begin().catch(async (error) => {
    await database.close()
    throw error
  })
  logger.debug({ dataDir }, 'store opened')
  const collections = new Map<string, RecordStore>()
  return {
    consensus: createConsensusStore(database, stamp),
    records: (name) => {
      const records = collections.get(name) ?? createRecordStore(database, name)
      collections.set(name, records)
      return records
    },
    close: () => database.close(),
  }
}
