/** What the kernel tells of a process. */
import { readFileSync } from 'node:fs'

/** Clock ticks per second of /proc; fixed on Linux for user space. */
const TICKS_PER_SECOND = 100

/** Megabytes of a field of /proc/<pid>/status, such as `VmRSS`. */
export const megabytes = (pid: number, field: string): number => {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8')
    .split('\n')
    .find((text) => text.startsWith(`${field}:`))
  return Number(/\d+/.exec(line ?? '')?.[0] ?? Number.NaN) / 1024
}

/** Seconds of processor time that it used so far. */
export const cpuSeconds = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

export const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
