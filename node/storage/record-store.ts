import type { RecordStore } from '../ports/storage.ts'
import type { Database } from './database.ts'

/** One named collection: its keys all begin with `records/<name>/`. */
export const createRecordStore = (database: Database, name: string): RecordStore => {
  const prefix = `records/${name}/`
  return {
    get: (key) => database.get(prefix + key),
    write: (changes) => database.write(changes.map(({ key, value }) => ({ key: prefix + key, value }))),
    async *entries(wanted = '') {
      for await (const [key, value] of database.entries(prefix + wanted)) {
        yield [key.slice(prefix.length), value]
      }
    },
  }
}
