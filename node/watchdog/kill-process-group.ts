/** The end of a process group and of what left it. */
import type { KillHandle } from '../ports/watchdog.ts'
import { allPids, couldKill, hasEnvironment, isAlive, sendKill, statOf } from './processes.ts'

export type GroupHandle = Extract<KillHandle, { type: 'processGroup' }>

/** Whether the leader still holds its number; a dead one does until its parent took note. */
const isLeaderPresent = async ({ leader, startTicks }: GroupHandle): Promise<boolean> =>
  (await statOf(leader))?.startTicks === startTicks

export const isLeaderAlive = async ({ leader, startTicks }: GroupHandle): Promise<boolean> => {
  const stat = await statOf(leader)
  return isAlive(stat) && stat.startTicks === startTicks
}

/** Null where the group can be killed; else why not. */
export const obstacleOfGroup = async (handle: GroupHandle): Promise<string | null> => {
  const { leader } = handle
  if (!(await isLeaderPresent(handle))) return `process ${leader} is not the one that it was`
  if ((await statOf(process.pid))?.group === leader) return 'the watchdog itself is in that process group'
  return couldKill(-leader) === 'sent' ? null : `the watchdog's user may not kill the process group ${leader}`
}

/** Those that carry the task's variables, in the group or out of it. */
const marked = async ({ environment = [] }: GroupHandle): Promise<number[]> => {
  if (environment.length === 0) return []
  const found: number[] = []
  for (const pid of await allPids()) if (await hasEnvironment(pid, environment)) found.push(pid)
  return found
}

const livingIn = async (group: number): Promise<boolean> => {
  for (const pid of await allPids()) {
    const stat = await statOf(pid)
    if (isAlive(stat) && stat.group === group) return true
  }
  return false
}

/**
 * One attempt. True where nothing is left. A group whose leader is gone is known by the variables alone: its number may
 * have become another's.
 */
export const killProcessGroup = async (handle: GroupHandle): Promise<boolean> => {
  const { leader } = handle
  const isPresent = await isLeaderPresent(handle)
  if (isPresent) sendKill(-leader)
  let left = false
  for (const pid of await marked(handle)) {
    if (!isAlive(await statOf(pid))) continue
    sendKill(pid)
    left = true
  }
  return !left && !(isPresent && (await livingIn(leader)))
}
