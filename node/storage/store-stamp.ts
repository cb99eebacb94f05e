/**
 * The name of a store, and in which of its lives it is.
 *
 * A store is bound to its directory by inode and time of birth, which a copy does not share; a directory that was
 * moved does. Not by its device: drives are numbered as they are found, and a mesh whose machines all start again must
 * not take its stores for strangers.
 */
import { randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { Type } from 'typebox'
import type { StoreStamp } from '../../protocols/consensus/index.ts'
import { StoreIdSchema } from '../../protocols/consensus/index.ts'
import { defineMessage } from '../../protocols/wire/index.ts'
import { storePath } from './data-dir.ts'
import type { Database } from './database.ts'

const KEY = 'store/stamp'
const ID_BYTES = 16

const NumberSchema = Type.String({ pattern: '^[0-9]{1,20}$' })

const recordCodec = defineMessage(
  'store stamp',
  Type.Object({
    id: StoreIdSchema,
    boot: Type.Integer({ minimum: 1 }),
    inode: NumberSchema,
    /** Nanoseconds since 1970; 0 where the file system does not tell. */
    bornAtNs: NumberSchema,
    isCopy: Type.Optional(Type.Boolean()),
  }),
)

export interface StoreLife {
  readonly stamp: StoreStamp
  /** Whether its directory was copied from another one, now or in an earlier life; the other one may be in use. */
  readonly isCopy: boolean
}

interface Place {
  readonly inode: string
  readonly bornAtNs: string
}

/** Where the system does not tell the birth it gives the last change in its place, which is no birth at all. */
const placeOf = async (dataDir: string): Promise<Place> => {
  const { ino, birthtimeNs, ctimeNs } = await stat(storePath(dataDir), { bigint: true })
  return { inode: String(ino), bornAtNs: String(birthtimeNs === ctimeNs ? 0n : birthtimeNs) }
}

const isSamePlace = (one: Place, other: Place): boolean =>
  one.inode === other.inode &&
  (one.bornAtNs === other.bornAtNs || one.bornAtNs === '0' || other.bornAtNs === '0')

/**
 * Begins another life of the store that is open: its id with a higher number, or a new id where it has none or stands
 * elsewhere than it was made. On disk when it resolves. @throws `storeCorrupt`, `storeFailed`
 */
export const beginLife = async (dataDir: string, database: Database): Promise<StoreLife> => {
  const place = await placeOf(dataDir)
  const bytes = await database.get(KEY)
  let known: ReturnType<typeof recordCodec.decode> | null
  try {
    known = bytes === null ? null : recordCodec.decode(bytes)
  } catch (error) {
    throw database.corrupt(`${KEY} cannot be read: ${(error as Error).message}`)
  }
  const here = known !== null && isSamePlace(known, place) ? known : null
  const stamp =
    here === null
      ? { id: randomBytes(ID_BYTES).toString('hex'), boot: 1 }
      : { id: here.id, boot: here.boot + 1 }
  const isCopy = known !== null && (here === null || here.isCopy === true)
  const record = { ...stamp, ...place, ...(isCopy && { isCopy }) }
  await database.write([{ key: KEY, value: recordCodec.encode(record) }])
  return { stamp, isCopy }
}
