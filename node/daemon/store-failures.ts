import { isCoterieError } from '../../protocols/errors/index.ts'
import type { RecordStore, Store } from '../ports/storage.ts'

/**
 * The store, with the first write that fails, and a record that turns out to be damaged, told before whoever asked for it hears
 * of it. A store takes nothing more after such a write until it is opened again, so a daemon that went on would forget all that it
 * learns, and keep up with nothing that waits for its disk. A damaged record would be met again and again by whoever needs it,
 * such as each round of the scheduler, while the next start finds it and mends the store.
 */
export const watchFailures = (store: Store, onFailed: (error: Error) => void): Store => {
  const watch = async (write: Promise<void>): Promise<void> => {
    try {
      await write
    } catch (error) {
      onFailed(error as Error)
      throw error
    }
  }
  /** Told where it is damage; a store that is closed is none. */
  const told = (error: unknown): unknown => {
    if (isCoterieError(error, 'storeCorrupt')) onFailed(error)
    return error
  }
  const watchRecords = (records: RecordStore): RecordStore => ({
    get: (key) =>
      records.get(key).catch((error: unknown) => {
        throw told(error)
      }),
    getNow: (key) => {
      try {
        return records.getNow(key)
      } catch (error) {
        throw told(error)
      }
    },
    entries: (prefix) => records.entries(prefix),
    pages: (prefix) => records.pages(prefix),
    write: (changes) => watch(records.write(changes)),
  })
  return {
    close: () => store.close(),
    consensus: {
      ...store.consensus,
      persist: (change) => watch(store.consensus.persist(change)),
    },
    records: (name) => watchRecords(store.records(name)),
  }
}
