import { constants } from 'node:fs'
import { type FileHandle, open, rename, stat } from 'node:fs/promises'
import { LOG_BYTES_MAX } from './limits.ts'

/** What a hung watchdog wrote is what one wants to read, so the next one appends. */
const APPEND = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW

/** Opens a log to append to it; one that has grown too long is set aside as `.1`, in place of an earlier one. */
export const openLog = async (path: string): Promise<FileHandle> => {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  )
  if (size >= LOG_BYTES_MAX) await rename(path, `${path}.1`)
  return open(path, APPEND, 0o600)
}
