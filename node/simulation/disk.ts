import type { Random } from '../ports/clock.ts'
import { between, chance, type Range } from './random.ts'
import type { Timeline } from './timeline.ts'

/** A synced write takes this long, in milliseconds. */
const WRITE_MS: Range = [0.1, 8]

/** What a failed write gives, apart from every error that is not part of the play. */
export class DiskFailure extends Error {}

/** What one part of one node has on disk. A write is kept or lost as a whole, as a synced batch is. */
export interface SimulatedDisk<Content, Change> {
  /** What a restart would find. */
  readonly content: Content
  /** Calls `done` once the change is safe, or with an error; one write at a time. */
  write(change: Change, done: (error: Error | null) => void): void
  /** The next write fails; whether it was kept nonetheless is not known before the restart. */
  failNextWrite(): void
  /** The write under way is kept or lost; its `done` is never called. */
  crash(): void
}

export interface DiskInit<Content, Change> {
  readonly initial: Content
  readonly apply: (content: Content, change: Change) => Content
}

export const createSimulatedDisk = <Content, Change>(
  timeline: Timeline,
  random: Random,
  init: DiskInit<Content, Change>,
): SimulatedDisk<Content, Change> => {
  let content = init.initial
  let underWay: { readonly change: Change; readonly cancel: () => void } | null = null
  let failing = false

  const land = (): void => {
    if (underWay !== null) content = init.apply(content, underWay.change)
    underWay = null
  }

  const crash = (): void => {
    underWay?.cancel()
    if (chance(random, 0.5)) land()
    underWay = null
  }

  return {
    get content() {
      return content
    },
    write: (change, done) => {
      if (underWay !== null) throw new Error('a write began before the one before it was safe')
      const finish = (): void => {
        if (failing) {
          failing = false
          crash()
          done(new DiskFailure('the simulated disk failed'))
          return
        }
        land()
        done(null)
      }
      underWay = { change, cancel: timeline.after(between(random, WRITE_MS), finish) }
    },
    failNextWrite: () => {
      failing = true
    },
    crash,
  }
}
