/** Writing a file so that a crash leaves the old one or the new one, never half of one. */
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** True when `error` came from the file system with that code. */
export const isErrno = (error: unknown, code: string): boolean =>
  error instanceof Error && (error as NodeJS.ErrnoException).code === code

/** Replaces the file at `path`, mode 0600; on disk when it resolves. */
export const replaceFile = async (path: string, text: string): Promise<void> => {
  const temporary = `${path}.new`
  // One that a crash left behind may have another mode.
  await rm(temporary, { force: true })
  const file = await open(temporary, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
  await syncDirectory(dirname(path))
}

/** A rename is on disk only when its directory is. */
export const syncDirectory = async (path: string): Promise<void> => {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
