import type { Clock } from '../ports/clock.ts'

/** The system's clocks. The monotonic one stands still during suspend, as timers do; leases use another. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  after: (afterMs, task) => {
    const timer = setTimeout(task, Math.max(0, afterMs))
    timer.unref()
    return () => clearTimeout(timer)
  },
}
