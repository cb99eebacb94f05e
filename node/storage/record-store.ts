import type { RecordStore } from '../ports/storage.ts'
import type { Database } from './database.ts'

/** What all keys of a collection begin with. */
export const collectionPrefix = (name: string): string => `records/${name}/`

/** One named collection. */
export const createRecordStore = (database: Database, name: string): RecordStore => {
  const prefix = collectionPrefix(name)
  return {
    get: (key) => database.get(prefix + key),
    getNow: (key) => database.getNow(prefix + key),
    write: (changes) => database.write(changes.map(({ key, value }) => ({ key: prefix + key, value }))),
    async *entries(wanted = '') {
      for await (const [key, value] of database.entries(prefix + wanted)) {
        yield [key.slice(prefix.length), value]
      }
    },
    async *pages(wanted = '') {
      for await (const page of database.pages(prefix + wanted))
        yield page.map(([key, value]) => [key.slice(prefix.length), value] as const)
    },
  }
}
