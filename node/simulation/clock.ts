import type { Clock, Random } from '../ports/clock.ts'
import type { Gate } from './gate.ts'
import { between, type Range } from './random.ts'
import type { Timeline } from './timeline.ts'

/** How fast a machine's clock runs beside the timeline: 500 ppm off is what a bad quartz does. */
const RATE: Range = [0.9995, 1.0005]
/** What the monotonic clock shows when the timeline begins: no two machines agree. */
const START_MS: Range = [0, 10_000_000]
/** What the wall clocks show then: 2027, up to a second apart. */
const WALL_START_MS: Range = [1_798_761_600_000, 1_798_761_601_000]

/** The clock of one machine, for all its lives. */
export interface MachineClock {
  nowMs(): number
  wallMs(): number
  /** Sets the wall clock by hand, or by a time server that errs. */
  jump(byMs: number): void
  /** Timers do not count while it sleeps, the clocks do. */
  sleep(): void
  wake(): void
  /** For one life: its timers end with it, and wait while it is paused. */
  clockOf(gate: Gate): Clock
}

export const createMachineClock = (timeline: Timeline, random: Random): MachineClock => {
  const rate = between(random, RATE)
  const startMs = between(random, START_MS)
  let wallOffsetMs = between(random, WALL_START_MS) - startMs
  let asleepSinceMs = 0
  let sleptMs = 0
  const nowMs = (): number => startMs + timeline.nowMs() * rate
  const wallMs = (): number => Math.floor(nowMs() + wallOffsetMs)

  /** As a process's timers: one that comes due during sleep, or was set before it, is late by as much. */
  const setTimer = (gate: Gate, afterMs: number, task: () => void): (() => void) => {
    let isCancelled = false
    let armedAtSleptMs = sleptMs
    const arm = (forMs: number): void => {
      armedAtSleptMs = sleptMs
      cancel = timeline.after(forMs, come)
    }
    const come = (): void => {
      if (!gate.isOpen) return
      if (gate.isAsleep) {
        const leftMs = timeline.nowMs() - asleepSinceMs
        gate.enter(() => {
          if (!isCancelled) arm(leftMs)
        })
      } else if (sleptMs > armedAtSleptMs) arm(sleptMs - armedAtSleptMs)
      else
        gate.enter(() => {
          if (!isCancelled) task()
        })
    }
    let cancel = timeline.after(afterMs / rate, come)
    return () => {
      isCancelled = true
      cancel()
    }
  }

  return {
    nowMs,
    wallMs,
    jump: (byMs) => {
      wallOffsetMs += byMs
    },
    sleep: () => {
      asleepSinceMs = timeline.nowMs()
    },
    wake: () => {
      sleptMs += timeline.nowMs() - asleepSinceMs
    },
    clockOf: (gate) => ({ nowMs, wallMs, after: (afterMs, task) => setTimer(gate, afterMs, task) }),
  }
}
