import { COMPLAINT_MS_FIRST, COMPLAINT_MS_MAX } from './limits.ts'

/** Whether one more of the same complaint is to be said now: at once, after 1 s, 2 s more, 4 s more, and at last once a minute. */
export const createComplaints = (nowMs: () => number): (() => boolean) => {
  let pauseMs = COMPLAINT_MS_FIRST
  let nextAtMs = Number.NEGATIVE_INFINITY
  return () => {
    const atMs = nowMs()
    if (atMs < nextAtMs) return false
    nextAtMs = atMs + pauseMs
    pauseMs = Math.min(2 * pauseMs, COMPLAINT_MS_MAX)
    return true
  }
}
