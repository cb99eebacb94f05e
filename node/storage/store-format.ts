/**
 * The format of what lies in a store, written in the store itself, and the way from an older one to the present.
 *
 * `FORMAT` beside the store keeps older versions out; it is raised before anything in the store is changed. What is in the store says how
 * far it was changed. So a migration that was cut off anywhere is taken up again, and no version reads what it does not know.
 */
import { Type } from 'typebox'
import { CoterieError } from '../../protocols/errors/index.ts'
import { defineMessage } from '../../protocols/wire/index.ts'
import { DATA_FORMAT, raiseFormat } from './data-dir.ts'
import type { Database, DatabaseChange } from './database.ts'

export const FORMAT_KEY = 'store/format'
/** Of a store that says nothing. */
const FIRST_FORMAT = 1

const recordCodec = defineMessage('store format', Type.Object({ format: Type.Integer({ minimum: 1 }) }))

/** What brings a store of one format to the next; applied as a whole, with the number of the next. */
type Migration = (database: Database) => Promise<readonly DatabaseChange[]>

/** By the format that they begin at. */
const MIGRATIONS: Readonly<Record<number, Migration>> = {
  // The hard state may name a generation, which the first version would drop; that of an older store names none.
  1: async () => [],
}

const formatOf = async (database: Database): Promise<number> => {
  const bytes = await database.get(FORMAT_KEY)
  try {
    return bytes === null ? FIRST_FORMAT : recordCodec.decode(bytes).format
  } catch (error) {
    throw database.corrupt(`${FORMAT_KEY} cannot be read: ${(error as Error).message}`)
  }
}

/**
 * Brings the open store to the present format. A store of a newer one is not written to.
 * @throws `dataDirNewer`, `dataDirUnusable`, `storeCorrupt`, `storeFailed`
 */
export const migrateStore = async (dataDir: string, database: Database): Promise<void> => {
  let format = await formatOf(database)
  if (format > DATA_FORMAT)
    throw new CoterieError('dataDirNewer', { path: dataDir, format, formatMax: DATA_FORMAT })
  await raiseFormat(dataDir)
  for (; format < DATA_FORMAT; format++) {
    const changes = (await MIGRATIONS[format]?.(database)) ?? []
    const named = { key: FORMAT_KEY, value: recordCodec.encode({ format: format + 1 }) }
    await database.write([...changes, named])
  }
}
