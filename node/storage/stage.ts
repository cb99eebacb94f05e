/** A data directory that is made whole before it is one: in `restoring` below it, which counts once it is called `restored`. */
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { CoterieError } from '../../protocols/errors/index.ts'
import { makeDirectory } from '../files/index.ts'
import { storePath } from './data-dir.ts'
import { syncDirectory } from './files.ts'
import { finishStage, namesIn, RESTORED } from './finish-stage.ts'
import { lockOwner } from './lock-owner.ts'

const RESTORING = 'restoring'

/** What a data directory may hold that says of no node: a format, the place of a socket, what a watchdog left, and what file systems make by themselves. */
const SAYS_NOTHING = /^(FORMAT|restoring|run|watchdog[.-].*|lost\+found)$/

export interface Stage {
  /** A directory like a data directory, empty, in which everything is to be put. */
  readonly path: string
  /** What is in it is the data directory's when it resolves. What was opened there is closed. */
  commit(): Promise<void>
  /** Leaves the data directory as it was. */
  discard(): Promise<void>
}

/** What is in `path`, a directory below the data directory, is the data directory's when it resolves. @throws the system's error */
export const moveUp = async (dataDir: string, path: string): Promise<void> => {
  await syncDirectory(path)
  await rename(path, join(dataDir, RESTORED))
  await syncDirectory(dataDir)
  await finishStage(dataDir)
}

/**
 * Begins one below a data directory that holds nothing. `describe` says what a directory is that does.
 * @throws `dataDirInUse`, `restoreNotEmpty`, the system's error
 */
export const openStage = async (
  dataDir: string,
  describe: (names: readonly string[]) => Promise<string>,
): Promise<Stage> => {
  const path = join(dataDir, RESTORING)
  for (const directory of [dataDir, path]) {
    const pid = await lockOwner(storePath(directory))
    if (pid !== null) throw new CoterieError('dataDirInUse', { path: dataDir, pid })
  }
  const names = (await namesIn(dataDir)).filter((name) => !SAYS_NOTHING.test(name))
  if (names.length > 0)
    throw new CoterieError('restoreNotEmpty', { path: dataDir, found: await describe(names) })
  const isNew = !existsSync(dataDir)
  await makeDirectory(dataDir)
  await rm(path, { recursive: true, force: true })
  await mkdir(path, { mode: 0o700 })
  return {
    path,
    commit: () => moveUp(dataDir, path),
    discard: async () => {
      await rm(path, { recursive: true, force: true })
      if (isNew) await rmdir(dataDir).catch(() => undefined)
    },
  }
}
