import type { Clock } from '../ports/clock.ts'

/**
 * Runs tasks in the order in which they come: each once the one before it has ended, or has taken `patienceMs`. A task that waits when
 * `signal` fires is not begun, and rejects with the signal's reason.
 */
export const createTurns = (clock: Pick<Clock, 'after'>, patienceMs: number) => {
  let last: Promise<void> = Promise.resolve()
  return <Result>(task: () => Promise<Result>, signal: AbortSignal): Promise<Result> => {
    const result = last.then(() => {
      signal.throwIfAborted()
      return task()
    })
    last = last.then(
      () =>
        new Promise((resolve) => {
          const cancel = clock.after(patienceMs, resolve)
          const end = () => {
            cancel()
            resolve()
          }
          result.then(end, end)
        }),
    )
    return result
  }
}
