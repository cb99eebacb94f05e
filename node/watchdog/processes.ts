/** Processes as `/proc` shows them; what has gone meanwhile is simply not there. */
import { readdir, readFile } from 'node:fs/promises'

export interface ProcessStat {
  /** `Z` and `X` are dead, and wait only for their parent. */
  readonly state: string
  readonly parent: number
  readonly group: number
  /** Since boot; with the pid it tells a process apart from all others. */
  readonly startTicks: number
}

/** Fields 3, 4, 5 and 22 of /proc/<pid>/stat, see proc(5); the name before them may hold spaces and brackets. */
export const statOf = async (pid: number): Promise<ProcessStat | null> => {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return {
      state: fields[0] as string,
      parent: Number(fields[1]),
      group: Number(fields[2]),
      startTicks: Number(fields[19]),
    }
  } catch {
    return null
  }
}

/** What `ps` calls it: at most 15 characters. Empty where it has gone. */
export const nameOf = async (pid: number): Promise<string> =>
  (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim()

export const isAlive = (stat: ProcessStat | null): stat is ProcessStat =>
  stat !== null && stat.state !== 'Z' && stat.state !== 'X'

/** All of them, but this one. @throws the system's error where there is no /proc */
export const allPids = async (): Promise<number[]> =>
  (await readdir('/proc')).map(Number).filter((pid) => Number.isInteger(pid) && pid !== process.pid)

/** True where the process began with all these variables. False also where this user may not see them. */
export const hasEnvironment = async (pid: number, variables: readonly string[]): Promise<boolean> => {
  try {
    const present = new Set((await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0'))
    return variables.every((variable) => present.has(variable))
  } catch {
    return false
  }
}

/** Whether this process may kill those of other users, by the effective capabilities of proc(5). */
export const mayKillOthers = async (): Promise<boolean> => {
  const CAP_KILL = 5n
  try {
    const [, mask = '0'] =
      /^CapEff:\s*([0-9a-f]+)$/m.exec(await readFile('/proc/self/status', 'latin1')) ?? []
    return ((BigInt(`0x${mask}`) >> CAP_KILL) & 1n) === 1n
  } catch {
    return false
  }
}

/** `gone` where there is none with that number; negative numbers are groups. */
export const sendKill = (pid: number): 'sent' | 'gone' | 'forbidden' => signal(pid, 'SIGKILL')

/** Asks whether the process, or a group by its negative number, could be killed. */
export const couldKill = (pid: number): 'sent' | 'gone' | 'forbidden' => signal(pid, 0)

const signal = (pid: number, number: NodeJS.Signals | 0): 'sent' | 'gone' | 'forbidden' => {
  try {
    process.kill(pid, number)
    return 'sent'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH' ? 'gone' : 'forbidden'
  }
}
