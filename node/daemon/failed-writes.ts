import type { Store } from '../ports/storage.ts'

/**
 * The store, with the first write that fails told before whoever asked for it hears of it. A store takes nothing more
 * after such a write until it is opened again, so a daemon that went on would forget all that it learns, and keep up with
 * nothing that waits for its disk.
 */
export const watchWrites = (store: Store, onFailed: (error: Error) => void): Store => {
  const watch = async (write: Promise<void>): Promise<void> => {
    try {
      await write
    } catch (error) {
      onFailed(error as Error)
      throw error
    }
  }
  return {
    close: () => store.close(),
    consensus: {
      ...store.consensus,
      persist: (change) => watch(store.consensus.persist(change)),
    },
    records: (name) => {
      const records = store.records(name)
      return {
        get: (key) => records.get(key),
        getNow: (key) => records.getNow(key),
        entries: (prefix) => records.entries(prefix),
        pages: (prefix) => records.pages(prefix),
        write: (changes) => watch(records.write(changes)),
      }
    },
  }
}
