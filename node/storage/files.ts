/** Writing a file so that a crash leaves the old one or the new one, never half of one. */
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** True when `error` came from the file system with that code. */
export const isErrno = (error: unknown, code: string): boolean =>
  error instanceof Error && (error as NodeJS.ErrnoException).code === code

/**
 * Makes a directory of mode 0700, and those above it, where they are missing. Node's own way (`recursive`) never
 * returns where a file system refuses with ENOENT, as /proc does.
 */
export const makeDirectory = async (path: string): Promise<void> => {
  const found = await stat(path).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return null
    throw error
  })
  if (found?.isDirectory()) return
  if (found === null && dirname(path) !== path) await makeDirectory(dirname(path))
  await mkdir(path, { mode: 0o700 }).catch(async (error: unknown) => {
    // Somebody else was quicker.
    if (!isErrno(error, 'EEXIST') || !(await stat(path)).isDirectory()) throw error
  })
}

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
