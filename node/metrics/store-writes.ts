import type { Clock } from '../ports/clock.ts'
import type { Store } from '../ports/storage.ts'

export interface StoreWrites {
  /** Since the start. */
  written(): number
  failed(): number
  /** What the first one that failed said; null while none did. */
  failure(): string | null
  /** For how long the oldest write that is under way has waited, in milliseconds; 0 where none is. */
  oldestMs(): number
  /** Of the last snapshot of the log that was read or written; 0 before there is one. */
  snapshotBytes(): number
}

/** The store with its writes counted as they pass. */
export const watchStore = (
  store: Store,
  clock: Clock,
): { readonly store: Store; readonly writes: StoreWrites } => {
  /** When each that is under way began, the oldest first. */
  const underWay = new Map<symbol, number>()
  let written = 0
  let failed = 0
  let failure: string | null = null
  let snapshotBytes = 0

  const watch = async (write: Promise<void>): Promise<void> => {
    const key = Symbol()
    underWay.set(key, clock.nowMs())
    try {
      await write
      written += 1
    } catch (error) {
      failed += 1
      failure ??= (error as Error).message
      throw error
    } finally {
      underWay.delete(key)
    }
  }

  const { consensus } = store
  return {
    store: {
      ...store,
      consensus: {
        ...consensus,
        load: async () => {
          const stored = await consensus.load()
          snapshotBytes = stored.snapshot?.data.byteLength ?? 0
          return stored
        },
        persist: (change) => {
          snapshotBytes = change.compaction?.snapshot.data.byteLength ?? snapshotBytes
          return watch(consensus.persist(change))
        },
      },
      records: (name) => {
        const records = store.records(name)
        return { ...records, write: (changes) => watch(records.write(changes)) }
      },
    },
    writes: {
      written: () => written,
      failed: () => failed,
      failure: () => failure,
      oldestMs: () => {
        const [oldest] = underWay.values()
        return oldest === undefined ? 0 : clock.nowMs() - oldest
      },
      snapshotBytes: () => snapshotBytes,
    },
  }
}
