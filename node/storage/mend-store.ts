/** A damaged store is set aside whole, and a new one begins in its place. See docs/design/damaged-stores.md. */
import { cp, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Level } from 'level'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { Logger } from '../ports/logger.ts'
import { openDataDir, storePath } from './data-dir.ts'
import { syncDirectory } from './files.ts'
import { lockOwner } from './lock-owner.ts'
import { collectionPrefix } from './record-store.ts'
import { unseal } from './seal.ts'
import { FORMAT_KEY } from './store-format.ts'

/** A disk that damages more than this is not to be filled with copies. */
export const DAMAGED_STORES_MAX = 3

const DAMAGED = /^store\.damaged-/

/** The types of `level` leave out what only LevelDB itself has. */
const { repair } = Level as unknown as { repair(location: string): Promise<void> }

/** Records in one write to the new store. */
const BATCH_RECORDS = 500

export interface MendInit {
  readonly dataDir: string
  /** Collections whose records stand for themselves: each may be lost, or an older one come back. */
  readonly kept: readonly string[]
  readonly wallMs: number
  readonly logger: Logger
}

export interface MendedStore {
  /** Where the damaged one is now. */
  readonly setAside: string
  /** Records that were carried over. */
  readonly records: number
}

/** The damaged stores that were set aside, oldest first. */
export const damagedStores = async (dataDir: string): Promise<string[]> => {
  const names = await readdir(dataDir)
  return names
    .filter((name) => DAMAGED.test(name))
    .sort()
    .map((name) => join(dataDir, name))
}

/**
 * Sets the store aside, and makes a new one with what can still be read of the collections to be kept. What the store
 * promised as a voter is never among it, nor its name. The store is closed.
 * @throws `dataDirInUse`, `storeCorrupt` where it must not be done, `storeFailed` where there is no room
 */
export const mendStore = async (init: MendInit): Promise<MendedStore> => {
  const { dataDir, wallMs } = init
  await openDataDir(dataDir)
  const store = storePath(dataDir)
  const pid = await lockOwner(store)
  if (pid !== null) throw new CoterieError('dataDirInUse', { path: dataDir, pid })
  if ((await damagedStores(dataDir)).length >= DAMAGED_STORES_MAX) {
    const detail = `it is the ${DAMAGED_STORES_MAX + 1}th, after those set aside as store.damaged-*`
    throw new CoterieError('storeCorrupt', { path: dataDir, detail })
  }
  const setAside = `${store}.damaged-${new Date(wallMs).toISOString().replace(/[:.]/g, '-')}`
  const [copy, made] = [`${store}.copy`, `${store}.new`]
  const clear = async () => {
    for (const path of [copy, made]) await rm(path, { recursive: true, force: true })
  }
  let records: number
  try {
    await clear()
    await cp(store, copy, { recursive: true })
    records = await carryOver(init, copy, made)
    await rm(copy, { recursive: true })
  } catch (error) {
    await clear()
    throw new CoterieError('storeFailed', { path: dataDir, detail: (error as Error).message })
  }
  await rename(store, setAside)
  await finishMending(dataDir)
  return { setAside, records }
}

/** Ends a mending that was cut off between its two renames: the new store was whole by then, and the damaged one is set aside. */
export const finishMending = async (dataDir: string): Promise<void> => {
  const store = storePath(dataDir)
  const names = await readdir(dataDir)
  if (names.includes('store') || !names.includes('store.new') || !names.some((name) => DAMAGED.test(name)))
    return
  await rename(`${store}.new`, store)
  await syncDirectory(dataDir)
}

/** Writes what can be read of the copy into a new store; how many records that are. */
const carryOver = async ({ kept, logger }: MendInit, copy: string, made: string): Promise<number> => {
  const target = new Level<string, Uint8Array>(made, { valueEncoding: 'view' })
  await target.open()
  let records = 0
  try {
    let batch: { type: 'put'; key: string; value: Uint8Array }[] = []
    const flush = async () => {
      await target.batch(batch, { sync: true })
      records += batch.filter(({ key }) => key !== FORMAT_KEY).length
      batch = []
    }
    for await (const [key, value] of readable({ kept, logger }, copy)) {
      if (batch.push({ type: 'put', key, value }) === BATCH_RECORDS) await flush()
    }
    await flush()
  } finally {
    await target.close()
  }
  return records
}

/** The sound records of the copy, once repaired, up to where it can be read. */
async function* readable(
  { kept, logger }: Pick<MendInit, 'kept' | 'logger'>,
  copy: string,
): AsyncGenerator<[key: string, sealed: Uint8Array]> {
  const told = (error: unknown) =>
    logger.warn(
      { detail: String((error as Error).cause ?? error) },
      'a damaged store could not be read to its end',
    )
  try {
    await repair(copy)
  } catch (error) {
    told(error)
  }
  const source = new Level<string, Uint8Array>(copy, { valueEncoding: 'view', createIfMissing: false })
  try {
    await source.open()
  } catch (error) {
    return told(error)
  }
  try {
    // Records of a format that nobody knows would be read as those of the first one.
    const format = await source.get(FORMAT_KEY).catch(() => undefined)
    if (format === undefined || unseal(FORMAT_KEY, format) === null)
      return told(new Error('it does not say its format any more'))
    yield [FORMAT_KEY, format]
    for (const name of kept) {
      const prefix = collectionPrefix(name)
      const range = { gte: prefix, lt: `${prefix}\u{10ffff}` }
      try {
        for await (const [key, sealed] of source.iterator(range))
          if (unseal(key, sealed) !== null) yield [key, sealed]
      } catch (error) {
        told(error)
      }
    }
  } finally {
    await source.close()
  }
}
