/** The last step of a restoring, done again by whoever opens the directory next where it was cut off. */
import { readdir, rename, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isErrno, syncDirectory } from './files.ts'

/** Whole, and to be moved up. */
export const RESTORED = 'restored'

/** Names in the directory; none where it is missing, also for want of one above it. */
export const namesIn = async (path: string): Promise<string[]> => {
  try {
    return await readdir(path)
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return []
    throw error
  }
}

/** Moves up what a stage has left that was committed. @throws the system's error */
export const finishStage = async (dataDir: string): Promise<void> => {
  const restored = join(dataDir, RESTORED)
  const names = await namesIn(restored)
  for (const name of names) await rename(join(restored, name), join(dataDir, name))
  if (names.length > 0) await syncDirectory(dataDir)
  await rmdir(restored).catch((error: unknown) => {
    if (!isErrno(error, 'ENOENT')) throw error
  })
}
