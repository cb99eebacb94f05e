import type { Clock } from '../ports/clock.ts'

/** A loop that looks at something whenever it was woken, one round at a time. */
export interface Rounds {
  /** Begins to take wake-ups. */
  start(): void
  /** A round within `afterMs`, or right after the one that is under way; one that is due earlier stays. */
  wake(afterMs: number): void
  stop(): void
}

/**
 * Nothing is lost: what wakes it while a round is under way is answered by another one. `failed` is told of a round that
 * threw; the loop goes on.
 */
export const createRounds = (
  clock: Pick<Clock, 'nowMs' | 'after'>,
  round: () => Promise<void> | void,
  failed: (error: unknown) => void,
): Rounds => {
  let dueAtMs = Number.POSITIVE_INFINITY
  let cancel: () => void = () => undefined
  let isUnderWay = false
  let isStopped = true

  const arm = (): void => {
    cancel()
    if (isStopped || isUnderWay || dueAtMs === Number.POSITIVE_INFINITY) return
    cancel = clock.after(Math.max(0, dueAtMs - clock.nowMs()), () => void run())
  }

  const run = async (): Promise<void> => {
    dueAtMs = Number.POSITIVE_INFINITY
    isUnderWay = true
    try {
      await round()
    } catch (error) {
      failed(error)
    } finally {
      isUnderWay = false
      arm()
    }
  }

  return {
    start: () => {
      isStopped = false
    },
    wake: (afterMs) => {
      const atMs = clock.nowMs() + afterMs
      if (isStopped || atMs >= dueAtMs) return
      dueAtMs = atMs
      arm()
    },
    stop: () => {
      isStopped = true
      dueAtMs = Number.POSITIVE_INFINITY
      cancel()
    },
  }
}
