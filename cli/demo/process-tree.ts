/** The processes below a process, as `/proc` shows them. */
import { readdirSync, readFileSync } from 'node:fs'

/** Parent of a process; null where it is gone. */
const parentOf = (pid: number): number | null => {
  try {
    // The name in parentheses may hold spaces and parentheses itself: what counts stands behind the last one.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return Number(fields[1])
  } catch {
    return null
  }
}

/** The ids of `root` and of all that descend from it, `root` first. */
export const processTree = (root: number): number[] => {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    const parent = Number.isInteger(pid) ? parentOf(pid) : null
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), pid])
  }
  const tree = [root]
  for (const pid of tree) tree.push(...(children.get(pid) ?? []))
  return tree
}

/** Ends all of them at once; one that is gone already is as it should be. */
export const killAll = (pids: readonly number[]): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
}
