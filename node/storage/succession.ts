/**
 * One identity takes the place of another in a data directory: its files are made in `rotating`, and count once that is called `rotated`.
 *
 * Guarantees: whoever opens the directory finds the one or the other whole, wherever a crash cuts this off.
 */
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { CoterieError } from '../../protocols/errors/index.ts'
import { storePath } from './data-dir.ts'
import { isErrno, syncDirectory } from './files.ts'
import { namesIn } from './finish-stage.ts'
import { createIdentity, type Identity, loadIdentity } from './identity.ts'
import { lockOwner } from './lock-owner.ts'
import { moveUp } from './stage.ts'

const [ROTATING, ROTATED, REPLACED] = ['rotating', 'rotated', 'replaced'] as const

export interface Successor {
  /** A directory like a data directory, with the identity in it; its other files are to be put there. */
  readonly path: string
  /** From then on the data directory is the successor's, once it is opened again. @throws `storeFailed` */
  commit(): Promise<void>
}

const failed = (path: string, error: unknown): CoterieError =>
  new CoterieError('storeFailed', { path, detail: (error as Error).message })

/** Begins one, in place of one that was begun before. @throws `storeFailed` */
export const openSuccessor = async (dataDir: string, identity: Identity): Promise<Successor> => {
  const path = join(dataDir, ROTATING)
  try {
    await rm(path, { recursive: true, force: true })
    await mkdir(path, { mode: 0o700 })
    // Before anything is decided by that key: what was begun with it can be taken back.
    await createIdentity(path, identity)
    await syncDirectory(dataDir)
  } catch (error) {
    throw error instanceof CoterieError ? error : failed(path, error)
  }
  return {
    path,
    commit: async () => {
      try {
        await syncDirectory(path)
        await rename(path, join(dataDir, ROTATED))
        await syncDirectory(dataDir)
      } catch (error) {
        throw failed(path, error)
      }
    },
  }
}

/** Whose place was not taken: the identity that a rotation has left which was cut off; null where there is none. @throws `identityUnreadable` */
export const begunSuccessor = (dataDir: string): Promise<Identity | null> =>
  loadIdentity(join(dataDir, ROTATING))

/** @throws the system's error */
export const discardSuccessor = (dataDir: string): Promise<void> =>
  rm(join(dataDir, ROTATING), { recursive: true, force: true })

/**
 * Puts a successor that counts in its place; nothing of the directory is open. `replaced`: names of the files that were of the identity
 * before, which are kept in `replaced`. @throws `dataDirInUse`, the system's error
 */
export const finishSuccession = async (dataDir: string, replaced: readonly string[]): Promise<void> => {
  const path = join(dataDir, ROTATED)
  if ((await namesIn(path)).length === 0) return
  const pid = await lockOwner(storePath(dataDir))
  if (pid !== null) throw new CoterieError('dataDirInUse', { path: dataDir, pid })
  const aside = join(dataDir, REPLACED)
  await mkdir(aside, { recursive: true, mode: 0o700 })
  for (const name of replaced)
    await rename(join(dataDir, name), join(aside, name)).catch((error: unknown) => {
      if (!isErrno(error, 'ENOENT')) throw error
    })
  await syncDirectory(aside)
  await moveUp(dataDir, path)
}

/** Deletes what was the identity's before. @throws the system's error */
export const forgetReplaced = (dataDir: string): Promise<void> =>
  rm(join(dataDir, REPLACED), { recursive: true, force: true })
