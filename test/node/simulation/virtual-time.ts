import assert from 'node:assert/strict'
import { drive } from '../../../node/simulation/drive.ts'
import { createTimeline, type Timeline } from '../../../node/simulation/timeline.ts'

/** Longer than anything that a test waits for. */
export const LONG_MS = 60_000

/** A timeline, and ways to let time pass in a test. */
export interface VirtualTime extends Timeline {
  /** Resolves when what was asked for just now is on its way, and no time has passed. */
  asked(): Promise<void>
  pass(ms: number): Promise<void>
  /** Lets time pass until the promise settles, at most `LONG_MS`. */
  settled<Result>(promise: Promise<Result>): Promise<Result>
}

export const createVirtualTime = (): VirtualTime => {
  const timeline = createTimeline()
  const asked = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  const drivenTo = async (untilMs: number, isOver: () => boolean): Promise<void> => {
    await asked()
    await drive(timeline, untilMs, isOver)
  }
  return {
    ...timeline,
    asked,
    pass: (ms) => drivenTo(timeline.nowMs() + ms, () => false),
    settled: async (promise) => {
      let isOver = false
      const end = (): void => {
        isOver = true
      }
      promise.then(end, end)
      await drivenTo(timeline.nowMs() + LONG_MS, () => isOver)
      assert.ok(isOver, 'it never settled')
      return promise
    },
  }
}
