import type { RecordStore } from '../../ports/storage.ts'
import type { DiskLife } from './types.ts'

/** Records read ahead of an iteration at a time. */
const READ_AHEAD = 1_000

type Found = readonly [key: string, value: Uint8Array]

const byKey = ([a]: Found, [b]: Found): number => (a < b ? -1 : Number(a > b))

/** One named collection. Keys are in the order of UTF-16, which is LevelDB's for all that fits in one unit. */
export const createSimulatedRecords = (disk: DiskLife, name: string): RecordStore => ({
  get: (key) =>
    disk.read(({ collections }) => {
      const value = collections.get(name)?.get(key)
      return value === undefined ? null : new Uint8Array(value)
    }),
  write: (changes) =>
    disk.write({
      type: 'records',
      name,
      changes: changes.map(({ key, value }) => ({
        key,
        value: value === null ? null : new Uint8Array(value),
      })),
    }),
  async *entries(prefix = '') {
    // As an iterator of LevelDB, it shows the collection as it was when it began.
    const found = await disk.read(({ collections }) =>
      [...(collections.get(name) ?? [])].filter(([key]) => key.startsWith(prefix)).sort(byKey),
    )
    for (const [at, [key, value]] of found.entries()) {
      if (at > 0 && at % READ_AHEAD === 0) await disk.read(() => {})
      yield [key, new Uint8Array(value)]
    }
  },
})
