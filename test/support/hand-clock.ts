/** A clock that a test sets; timers run when the time is moved past them. */
import type { Clock } from '../../node/ports/clock.ts'

export interface HandClock extends Clock {
  /** Moves the time on and runs what is due, in order. */
  pass(ms: number): void
}

/** Both clocks start at `startMs`. */
export const createHandClock = (startMs = 0): HandClock => {
  let now = startMs
  const timers = new Set<{ readonly atMs: number; readonly task: () => void }>()
  return {
    nowMs: () => now,
    wallMs: () => now,
    after: (afterMs, task) => {
      const timer = { atMs: now + afterMs, task }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    pass: (ms) => {
      const untilMs = now + ms
      for (;;) {
        const [next] = [...timers].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)
        if (next === undefined) break
        timers.delete(next)
        now = next.atMs
        next.task()
      }
      now = untilMs
    },
  }
}
