/** Timers that end together. */
import type { Clock } from '../../ports/clock.ts'

export interface Timers {
  after(afterMs: number, task: () => void): void
  every(intervalMs: number, task: () => void): void
  stop(): void
}

export const createTimers = (clock: Clock): Timers => {
  const cancels = new Set<() => void>()
  const after = (afterMs: number, task: () => void): void => {
    const cancel = clock.after(afterMs, () => {
      cancels.delete(cancel)
      task()
    })
    cancels.add(cancel)
  }
  const every = (intervalMs: number, task: () => void): void =>
    after(intervalMs, () => {
      task()
      every(intervalMs, task)
    })
  return {
    after,
    every,
    stop: () => {
      for (const cancel of cancels) cancel()
      cancels.clear()
    },
  }
}
