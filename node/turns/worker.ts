import type { Slices } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'

/** Does work in the order in which it comes, and gives others their turn between two slices of it. */
export interface Worker {
  /** The result at once, where nothing waits and it is one slice; else its promise. What throws ends the work that threw alone. */
  work<Result>(work: Slices<Result>): Result | Promise<Result>
  isIdle(): boolean
  /** Resolves when nothing waits any more. */
  settled(): Promise<void>
}

export const createWorker = (clock: Pick<Clock, 'after'>): Worker => {
  const waiting: (() => boolean)[] = []
  let idlers: (() => void)[] = []

  const goOn = (): void => {
    while (waiting[0]?.() === true) waiting.shift()
    if (waiting.length > 0) {
      clock.after(0, goOn)
      return
    }
    for (const resolve of idlers) resolve()
    idlers = []
  }

  /** One slice a turn; true when it is through. */
  const queue = <Result>(work: Slices<Result>): Promise<Result> =>
    new Promise((resolve, reject) => {
      waiting.push(() => {
        try {
          const { done, value } = work.next()
          if (done) resolve(value)
          return done === true
        } catch (error) {
          reject(error)
          return true
        }
      })
      if (waiting.length === 1) clock.after(0, goOn)
    })

  return {
    work: (work) => {
      if (waiting.length > 0) return queue(work)
      const { done, value } = work.next()
      return done ? value : queue(work)
    },
    isIdle: () => waiting.length === 0,
    settled: () =>
      waiting.length === 0 ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve)),
  }
}
