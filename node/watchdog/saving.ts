/**
 * Calls `write` one at a time. The returned function resolves when all that held at its call is written; calls that come while
 * one is under way share the next.
 */
export const createSaving = (write: () => Promise<void>): (() => Promise<void>) => {
  let last: Promise<unknown> = Promise.resolve()
  let next: Promise<void> | null = null
  return () => {
    if (next !== null) return next
    const turn = last.then(() => {
      next = null
      return write()
    })
    next = turn
    last = turn.catch(() => {})
    return turn
  }
}
