import type { Random } from '../ports/clock.ts'
import { DIAL_BACKOFF_CEILING_MS, DIAL_BACKOFF_FLOOR_MS } from './limits.ts'

/** Doublings beyond this are above any ceiling, and would overflow. */
const DOUBLINGS_MAX = 20

/**
 * Milliseconds to wait after the `failures`-th failed try: full jitter between the floor and the exponential bound, which
 * is at most `ceilingMs`.
 * Source: Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export const backoffMs = (
  failures: number,
  random: Random,
  ceilingMs: number = DIAL_BACKOFF_CEILING_MS,
): number => {
  const bound = Math.min(ceilingMs, DIAL_BACKOFF_FLOOR_MS * 2 ** Math.min(failures, DOUBLINGS_MAX))
  return DIAL_BACKOFF_FLOOR_MS + random() * (bound - DIAL_BACKOFF_FLOOR_MS)
}
