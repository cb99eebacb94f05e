// The global of that name is looked up anew each time.
import process from 'node:process'
import type { Timeline } from './timeline.ts'

const SETTLED = Promise.resolve()

/**
 * Lets time pass until `untilMs`, or until `isOver` says so; all that a step has set in motion comes to its end before the
 * next step.
 *
 * The engine runs a tick only when no promise has anything left to do. So each step asks for the next one from a
 * promise's turn, and every turn that the step itself has caused comes before it. `setImmediate` costs several times as
 * much; `queueMicrotask` makes an asynchronous resource each time, which a promise that is settled already does not.
 */
export const drive = (timeline: Timeline, untilMs: number, isOver: () => boolean): Promise<void> =>
  new Promise((resolve, reject) => {
    const step = (): void => {
      try {
        if (isOver() || !timeline.step(untilMs)) resolve()
        else void SETTLED.then(nextTick)
      } catch (error) {
        reject(error)
      }
    }
    const nextTick = (): void => process.nextTick(step)
    // Not at once: outside of a promise's turn, a tick would come before what was set in motion until now.
    void SETTLED.then(nextTick)
  })
