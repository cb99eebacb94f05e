/**
 * Ends a watchdog that takes requests and answers none. Whoever starts watchdogs here, systemd say, sees that the process lives and
 * not that it hangs; the next one goes on from the file of guards. By the time of the kill each lease has lapsed, and the daemon has
 * ended exclusive tasks itself.
 */
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import { HANG_MS_MAX } from './limits.ts'
import { sendKill, statOf } from './processes.ts'

export interface HangComponents {
  readonly clock: Clock
  readonly logger: Logger
}

export interface Hang {
  /** The process that answered. */
  answered(pid: number): void
  /** It took a request and did not answer it in time. */
  silent(): Promise<void>
}

export const createHang = ({ clock, logger }: HangComponents): Hang => {
  let known: { readonly pid: number; readonly began: Promise<number | null> } | null = null
  let sinceMs: number | null = null
  const beginOf = async (pid: number): Promise<number | null> => (await statOf(pid))?.startTicks ?? null

  return {
    answered: (pid) => {
      sinceMs = null
      if (known?.pid !== pid) known = { pid, began: beginOf(pid) }
    },
    silent: async () => {
      sinceMs ??= clock.nowMs()
      if (known === null || clock.nowMs() - sinceMs < HANG_MS_MAX) return
      const { pid, began } = known
      // One that runs this daemon below it would take it along.
      if (pid === process.ppid) return
      const [then, now] = [await began, await beginOf(pid)]
      if (then === null || then !== now) return
      logger.warn(
        { pid, result: sendKill(pid) },
        'the watchdog hangs and is ended, for another one to be started',
      )
    },
  }
}
