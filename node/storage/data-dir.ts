/** The directory itself: made, of a layout that we know, and writable, before anything in it is opened. */
import { access, constants, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CoterieError } from '../../protocols/errors/index.ts'
import { makeDirectory } from '../files/index.ts'
import { isErrno, replaceFile } from './files.ts'
import { finishStage } from './finish-stage.ts'

/** Number of the layout that this version writes; it reads all before it too. */
export const DATA_FORMAT = 2

/** Where LevelDB lives within the data directory. */
export const storePath = (dataDir: string): string => join(dataDir, 'store')

/**
 * Makes the directory with mode 0700 when it is missing, ends a restoring into it, and checks the number of its layout.
 * A directory of a newer layout is not touched.
 * @throws `dataDirNewer`, `dataDirUnusable`, `storeCorrupt`
 */
export const openDataDir = async (dataDir: string): Promise<void> => {
  try {
    await makeDirectory(dataDir)
    await finishStage(dataDir)
    const format = await readFormat(dataDir)
    if (format === null) return await replaceFile(join(dataDir, 'FORMAT'), `${DATA_FORMAT}\n`)
    if (format > DATA_FORMAT) {
      throw new CoterieError('dataDirNewer', { path: dataDir, format, formatMax: DATA_FORMAT })
    }
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    if (error instanceof CoterieError) throw error
    throw new CoterieError('dataDirUnusable', { path: dataDir, detail: (error as Error).message })
  }
}

/**
 * Keeps versions out that know older layouts alone, from here on; on disk when it resolves. Only who holds the store's lock may.
 * @throws `dataDirUnusable`, `storeCorrupt`
 */
export const raiseFormat = async (dataDir: string): Promise<void> => {
  if ((await readFormat(dataDir)) === DATA_FORMAT) return
  try {
    await replaceFile(join(dataDir, 'FORMAT'), `${DATA_FORMAT}\n`)
  } catch (error) {
    throw new CoterieError('dataDirUnusable', { path: dataDir, detail: (error as Error).message })
  }
}

/** The number in `FORMAT`; null for a directory that is new to us. */
const readFormat = async (dataDir: string): Promise<number | null> => {
  let text: string
  try {
    text = await readFile(join(dataDir, 'FORMAT'), 'utf8')
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error
    // FORMAT is written before the store is made, so a store without it has lost it.
    if (await exists(storePath(dataDir))) {
      throw new CoterieError('storeCorrupt', {
        path: dataDir,
        detail: 'there is a store, but FORMAT is gone',
      })
    }
    return null
  }
  if (!/^[1-9][0-9]{0,8}\n$/.test(text)) {
    throw new CoterieError('storeCorrupt', { path: dataDir, detail: 'FORMAT holds no number' })
  }
  return Number(text)
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
