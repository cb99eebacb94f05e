import { writeSync } from 'node:fs'
import type { Logger } from '../ports/logger.ts'

/** Numbers of levels as in the daemon's lines. */
const LEVEL = { info: 30, warn: 40, error: 50 } as const

/** JSON lines on standard error, as the daemon's are, without its library: the watchdog is to stay small. */
export const createLineLogger = (fields: object = {}): Logger => {
  const write = (level: keyof typeof LEVEL) => (more: object, msg: string) => {
    const line = { level: LEVEL[level], time: new Date().toISOString(), ...fields, ...more, msg }
    try {
      writeSync(2, `${JSON.stringify(line)}\n`)
    } catch {
      // A full disk, or nobody who reads: the kill matters more than the line.
    }
  }
  return {
    debug: () => {},
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (more) => createLineLogger({ ...fields, ...more }),
  }
}
