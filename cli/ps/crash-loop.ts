import type { Task, WaitingSlot } from '../../protocols/control/index.ts'

/** Ends in a row, each soon after a start, that are no accident any more. */
const QUICK_ENDS = 2
/** An attempt that runs for so long is no part of a loop. */
const STEADY_MS = 10_000

/** True where a program ends soon after each start: whatever it does this moment, that is how it is. */
export const isCrashLoop = (
  { state, quickEnds, sinceMs }: Task,
  wait: WaitingSlot | undefined,
  nowMs: number,
): boolean => {
  if (state === 'failed') return wait !== undefined && wait.retryAtMs !== null
  if (quickEnds < QUICK_ENDS) return false
  if (state === 'running') return sinceMs !== null && nowMs - sinceMs < STEADY_MS
  return state === 'waiting' || state === 'preparing' || state === 'starting'
}
