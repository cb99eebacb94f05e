import { write } from 'node:fs'
import type { Logger } from '../ports/logger.ts'

/** Numbers of levels as in the daemon's lines. */
const LEVEL = { info: 30, warn: 40, error: 50 } as const

const STANDARD_ERROR = 2
/** Lines that wait for a slow disk; those that come then are lost. */
const LINES_WAITING_MAX = 100

const waiting: string[] = []
let isWriting = false

/** One after the other and beside the rest: a disk that hangs holds up a line, and no kill. */
const writeNext = (): void => {
  const line = waiting.shift()
  isWriting = line !== undefined
  if (line !== undefined) write(STANDARD_ERROR, line, writeNext)
}

/** JSON lines on standard error, as the daemon's are, without its library: the watchdog is to stay small. */
export const createLineLogger = (fields: object = {}): Logger => {
  const say = (level: keyof typeof LEVEL) => (more: object, msg: string) => {
    if (waiting.length >= LINES_WAITING_MAX) return
    const line = { level: LEVEL[level], time: new Date().toISOString(), ...fields, ...more, msg }
    waiting.push(`${JSON.stringify(line)}\n`)
    if (!isWriting) writeNext()
  }
  return {
    debug: () => {},
    info: say('info'),
    warn: say('warn'),
    error: say('error'),
    child: (more) => createLineLogger({ ...fields, ...more }),
  }
}
