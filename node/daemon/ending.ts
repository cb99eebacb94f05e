import type { Ended } from '../../protocols/control/index.ts'
import type { Shutdown } from './shutdown.ts'

/** How a daemon ends, whoever wants it to. */
export interface Ending {
  /** Ends the daemon once; the first to ask says why. Resolves when nothing of it is left. */
  end(error: Error | null): Promise<void>
  /** What is left to do when everything is closed. */
  lastly(work: () => Promise<unknown>): void
  /** Once it has ended, it is to be started again, as another node. */
  startAgain(): void
  /** Resolves when the daemon has ended as it was asked to; rejects with what ended it otherwise. */
  readonly stopped: Promise<Ended>
}

export const createEnding = (shutdown: Shutdown): Ending => {
  const stopped = Promise.withResolvers<Ended>()
  // A daemon that nobody watches any more must not end its process by an unhandled rejection.
  stopped.promise.catch(() => undefined)
  let last: () => Promise<unknown> = async () => undefined
  let ending: Promise<void> | null = null
  let how: Ended = 'stopped'
  return {
    end: (error) => {
      ending ??= shutdown
        .run()
        .then(() => last())
        .then(() => (error === null ? stopped.resolve(how) : stopped.reject(error)), stopped.reject)
      return ending
    },
    lastly: (work) => {
      last = work
    },
    startAgain: () => {
      how = 'rotated'
    },
    stopped: stopped.promise,
  }
}
