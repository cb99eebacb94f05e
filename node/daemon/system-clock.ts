import { uptime } from 'node:os'
import type { Clock } from '../ports/clock.ts'

/** How often the system's uptime is looked at: often enough that no timer fires after a suspend unnoticed. */
const LOOK_MS = 20
/** What the uptime may differ by without a suspend: it is told in hundredths of a second. */
const ROUNDING_MS = 30

let lookedAtMs = Number.NEGATIVE_INFINITY
let suspendedMs = 0
const startMs = uptime() * 1000 - performance.now()

/**
 * The uptime of the machine, never ahead of it: the monotonic clock, which is finer and stands still during suspend, moved on
 * by what the uptime counted meanwhile. A machine that wakes sees that its timers are late.
 */
const nowMs = (): number => {
  const monotonicMs = performance.now()
  if (monotonicMs - lookedAtMs >= LOOK_MS) {
    lookedAtMs = monotonicMs
    const aheadMs = uptime() * 1000 - monotonicMs - startMs
    if (aheadMs > suspendedMs + ROUNDING_MS) suspendedMs = aheadMs
  }
  return startMs + monotonicMs + suspendedMs
}

/** The system's clocks and timers. */
export const systemClock: Clock = {
  nowMs,
  wallMs: () => Date.now(),
  after: (afterMs, task) => {
    if (afterMs <= 0) {
      // A timer takes a millisecond at least, and whoever gives others a turn comes back hundreds of times.
      const turn = setImmediate(task)
      return () => clearImmediate(turn)
    }
    const timer = setTimeout(task, afterMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
