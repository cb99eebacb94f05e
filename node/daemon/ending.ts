import type { Shutdown } from './shutdown.ts'

/** How a daemon ends, whoever wants it to. */
export interface Ending {
  /** Ends the daemon once; the first to ask says why. Resolves when nothing of it is left. */
  end(error: Error | null): Promise<void>
  /** What is left to do when everything is closed. */
  lastly(work: () => Promise<unknown>): void
  /** Resolves when the daemon has ended as it was asked to; rejects with what ended it otherwise. */
  readonly stopped: Promise<void>
}

export const createEnding = (shutdown: Shutdown): Ending => {
  const stopped = Promise.withResolvers<void>()
  // A daemon that nobody watches any more must not end its process by an unhandled rejection.
  stopped.promise.catch(() => undefined)
  let last: () => Promise<unknown> = async () => undefined
  let ending: Promise<void> | null = null
  return {
    end: (error) => {
      ending ??= shutdown
        .run()
        .then(() => last())
        .then(() => (error === null ? stopped.resolve() : stopped.reject(error)), stopped.reject)
      return ending
    },
    lastly: (work) => {
      last = work
    },
    stopped: stopped.promise,
  }
}
