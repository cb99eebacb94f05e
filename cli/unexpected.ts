/** What nobody expected: an exception or a rejected promise that no part of the daemon answers for. */
import type { Writable } from 'node:stream'
import { jsonLine } from './output.ts'

/** How long an orderly end may take: what went wrong may stand in its way. */
const END_MS_MAX = 10_000

/** pino's number for `fatal`, as the daemon's own lines have theirs. */
const FATAL = 60

/**
 * From now on an unexpected error is one JSON line of the log, with its stack; `stop` ends the daemon in order, and the
 * exit code is 1. A second one, or an end that does not come, ends the process at once.
 */
export const endOnUnexpected = (stop: () => void, stderr: Writable): void => {
  let isEnding = false
  process.on('uncaughtException', (error: unknown) => {
    const stack = error instanceof Error ? error.stack : String(error)
    const time = new Date().toISOString()
    stderr.write(jsonLine({ level: FATAL, time, stack, msg: 'an unexpected error ends the daemon' }))
    if (isEnding) process.exit(1)
    isEnding = true
    process.exitCode = 1
    setTimeout(() => process.exit(1), END_MS_MAX).unref()
    stop()
  })
}
