import { USAGE_SPAN_MS, USAGE_STEP_MS } from './limits.ts'

/** Two counts that only rise, such as the busy time of processors and all of their time. */
export interface UsageReading {
  readonly atMs: number
  readonly busy: number
  readonly whole: number
}

/**
 * Percent of the whole that were busy since the last reading that is at least `USAGE_SPAN_MS` old; since the beginning of both counts where
 * there is none. So nothing runs between two readings, and one reader does not shorten the time of another.
 */
export const createUsage = (): ((now: UsageReading) => number) => {
  const readings: UsageReading[] = [{ atMs: Number.NEGATIVE_INFINITY, busy: 0, whole: 0 }]
  return (now) => {
    for (let next = readings[1]; next !== undefined; next = readings[1]) {
      if (now.atMs - next.atMs < USAGE_SPAN_MS) break
      readings.shift()
    }
    const base = readings[0] as UsageReading
    const last = readings.at(-1) as UsageReading
    if (now.atMs - last.atMs >= USAGE_STEP_MS) readings.push(now)
    const whole = now.whole - base.whole
    return whole <= 0 ? 0 : (100 * (now.busy - base.busy)) / whole
  }
}
