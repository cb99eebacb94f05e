/** Files that decide what a program does: nobody else may be able to write them. */
import { constants, type Stats } from 'node:fs'
import { type FileHandle, open, realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CoterieError } from '../protocols/errors/index.ts'

/** The mode bit of folders such as /tmp. */
const STICKY = 0o1000

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not read it',
  EISDIR: 'it is a folder',
  ELOOP: 'its links lead in a circle',
}

/**
 * The text of a file, read once through one descriptor; null where there is none.
 * @throws `configFileUnreadable`, `configFileUnsafe`
 */
export const readTrusted = async (path: string, bytesMax: number): Promise<string | null> => {
  try {
    // Without blocking, since a pipe would be waited for.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const stats = await file.stat()
    if (!stats.isFile()) throw unreadable(path, 'it is no regular file')
    await checkTrust(path, stats)
    return decode(path, await readAtMost(file, bytesMax + 1), bytesMax)
  } catch (error) {
    if (error instanceof CoterieError) throw error
    const { code = '', message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw unreadable(path, REASONS[code] ?? message)
  }
}

const unreadable = (path: string, detail: string): CoterieError =>
  new CoterieError('configFileUnreadable', { path, detail })

const readAtMost = async (file: FileHandle, bytes: number): Promise<Uint8Array> => {
  const buffer = new Uint8Array(bytes)
  let filled = 0
  while (filled < bytes) {
    const { bytesRead } = await file.read(buffer, filled, bytes - filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}

const decode = (path: string, bytes: Uint8Array, bytesMax: number): string => {
  if (bytes.length > bytesMax) throw unreadable(path, `it is larger than ${bytesMax} bytes`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw unreadable(path, 'it is not UTF-8')
  }
}

/** The file, and the folder in which another one could be put in its place. @throws `configFileUnsafe` */
const checkTrust = async (path: string, stats: Stats): Promise<void> => {
  const folder = dirname(await realpath(path))
  for (const [place, { uid, gid, mode }] of [
    [path, stats],
    [folder, await stat(folder)],
  ] as const) {
    const what = place === path ? 'it' : `its folder ${place}`
    const distrust = (detail: string, remedy: string) =>
      new CoterieError('configFileUnsafe', {
        path,
        detail: `${what} ${detail}`,
        remedy: `${remedy} ${place}`,
      })
    if (!isOwn(uid, process.getuid?.())) throw distrust(`belongs to the user ${uid}`, 'chown $USER')
    // In a sticky folder only the owner of a file may replace it (inode(7)).
    if (place === folder && (mode & STICKY) !== 0) continue
    if ((mode & constants.S_IWOTH) !== 0) throw distrust('may be written by anybody', 'chmod go-w')
    if ((mode & constants.S_IWGRP) !== 0 && !isOwn(gid, process.getgid?.()))
      throw distrust(`may be written by the group ${gid}`, 'chmod g-w')
  }
}

/** Root's, or that of whoever runs this; where the system has no such numbers, all are. */
const isOwn = (id: number, own: number | undefined): boolean => own === undefined || id === 0 || id === own
