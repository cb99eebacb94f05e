import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

const isCode = (error: unknown, code: string): boolean => (error as NodeJS.ErrnoException).code === code

/**
 * Makes a directory of mode 0700, and those above it, where they are missing. Node's own way (`recursive`) never
 * returns where a file system refuses with ENOENT, as /proc does. @throws the system's error
 */
export const makeDirectory = async (path: string): Promise<void> => {
  const found = await stat(path).catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return null
    throw error
  })
  if (found?.isDirectory()) return
  if (found === null && dirname(path) !== path) await makeDirectory(dirname(path))
  await mkdir(path, { mode: 0o700 }).catch(async (error: unknown) => {
    // Somebody else was quicker.
    if (!isCode(error, 'EEXIST') || !(await stat(path)).isDirectory()) throw error
  })
}
