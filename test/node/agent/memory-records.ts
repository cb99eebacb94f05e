import type { RecordStore } from '../../../node/ports/storage.ts'

/** A collection of records that a test keeps across restarts of its agent. */
export const memoryRecords = (): RecordStore => {
  const records = new Map<string, Uint8Array>()
  return {
    get: async (key) => records.get(key) ?? null,
    getNow: (key) => records.get(key) ?? null,
    write: async (changes) => {
      for (const { key, value } of changes) {
        if (value === null) records.delete(key)
        else records.set(key, value)
      }
    },
    entries: async function* (prefix = '') {
      for (const [key, value] of records) if (key.startsWith(prefix)) yield [key, value] as const
    },
    pages: async function* (prefix = '') {
      yield [...records].filter(([key]) => key.startsWith(prefix))
    },
  }
}
