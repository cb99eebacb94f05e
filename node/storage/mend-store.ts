/** A damaged store is set aside whole, and a new one begins in its place. See docs/design/damaged-stores.md. */
import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { Logger } from '../ports/logger.ts'
import { carryOverApart } from './carry-over-apart.ts'
import { openDataDir, storePath } from './data-dir.ts'
import { syncDirectory } from './files.ts'
import { lockOwner } from './lock-owner.ts'

/** A disk that damages more than this is not to be filled with copies. */
export const DAMAGED_STORES_MAX = 3

const DAMAGED = /^store\.damaged-/

export interface MendInit {
  readonly dataDir: string
  /** Collections whose records stand for themselves: each may be lost, or an older one come back. */
  readonly kept: readonly string[]
  readonly wallMs: number
  readonly logger: Logger
}

interface Carried {
  /** Records that were carried over. */
  readonly records: number
  /** How the processes died that read it, in order: none, that of the repair, or that and the one of reading without it. */
  readonly deaths: readonly string[]
}

export interface MendedStore extends Carried {
  /** Where the damaged one is now. */
  readonly setAside: string
}

interface Places {
  readonly store: string
  /** What is repaired and read. */
  readonly copy: string
  /** What takes the store's place. */
  readonly made: string
  clear(): Promise<void>
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
  let carried: Carried
  try {
    carried = await carryOver(init, { store, copy, made, clear })
  } catch (error) {
    await clear()
    throw new CoterieError('storeFailed', { path: dataDir, detail: (error as Error).message })
  }
  await rename(store, setAside)
  await finishMending(dataDir)
  return { setAside, ...carried }
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

/**
 * What can be read of the store is in the new one when it resolves. Where that is the death of LevelDB's repair, what can
 * be read without it; where it is the death of that too, what was read until then.
 */
const carryOver = async (
  { kept, logger }: MendInit,
  { store, copy, made, clear }: Places,
): Promise<Carried> => {
  const deaths: string[] = []
  let records = 0
  for (const repairs of [true, false]) {
    await clear()
    await cp(store, copy, { recursive: true })
    const carried = await carryOverApart({ copy, made, kept, repairs }, (detail) =>
      logger.warn({ detail }, 'a damaged store could not be read to its end'),
    )
    records = carried.records
    if (carried.died === null) break
    deaths.push(carried.died)
    logger.warn({ detail: carried.died, repairs }, 'reading a damaged store ended the process that did it')
  }
  // It may have died before it made one.
  await mkdir(made, { recursive: true })
  await rm(copy, { recursive: true })
  return { records, deaths }
}
