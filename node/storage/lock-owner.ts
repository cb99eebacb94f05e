import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** `1: POSIX ADVISORY WRITE <pid> <device>:<inode> <start> <end>` (proc_locks(5)). */
const LOCK_LINE = /^\d+: POSIX +ADVISORY +WRITE (\d+) [0-9a-f]+:[0-9a-f]+:(\d+) /

/** The process that holds LevelDB's lock, or null where the system does not tell. */
export const lockOwner = async (store: string): Promise<number | null> => {
  try {
    const { ino } = await stat(join(store, 'LOCK'))
    for (const line of (await readFile('/proc/locks', 'utf8')).split('\n')) {
      const [, pid, inode] = LOCK_LINE.exec(line) ?? []
      if (Number(inode) === ino) return Number(pid)
    }
  } catch {
    // No /proc/locks on this system: the sentence does without the process.
  }
  return null
}
