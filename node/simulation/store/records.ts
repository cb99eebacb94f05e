import type { RecordStore } from '../../ports/storage.ts'
import type { Content } from './content.ts'
import type { DiskLife } from './types.ts'

/** Records read ahead of an iteration at a time. */
const READ_AHEAD = 1_000

type Found = readonly [key: string, value: Uint8Array]

const byKey = ([a]: Found, [b]: Found): number => (a < b ? -1 : Number(a > b))

const valueIn = ({ collections }: Content, name: string, key: string): Uint8Array | null => {
  const value = collections.get(name)?.get(key)
  return value === undefined ? null : new Uint8Array(value)
}

/** One named collection. Keys are in the order of UTF-16, which is LevelDB's for all that fits in one unit. */
export const createSimulatedRecords = (disk: DiskLife, name: string): RecordStore => ({
  get: (key) => disk.read((content) => valueIn(content, name, key)),
  getNow: (key) => disk.readNow((content) => valueIn(content, name, key)),
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
    for await (const page of pagesOf(disk, name, prefix)) yield* page
  },
  pages: (prefix = '') => pagesOf(disk, name, prefix),
})

async function* pagesOf(disk: DiskLife, name: string, prefix: string) {
  // As an iterator of LevelDB, it shows the collection as it was when it began.
  const found = await disk.read(({ collections }) =>
    [...(collections.get(name) ?? [])].filter(([key]) => key.startsWith(prefix)).sort(byKey),
  )
  for (let at = 0; at < found.length; at += READ_AHEAD) {
    if (at > 0) await disk.read(() => {})
    yield found.slice(at, at + READ_AHEAD).map(([key, value]) => [key, new Uint8Array(value)] as const)
  }
}
