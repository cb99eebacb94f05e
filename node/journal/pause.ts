import type { Clock, Random } from '../ports/clock.ts'
import { RETRY_FLOOR_MS } from './limits.ts'

export interface PauseComponents {
  readonly clock: Pick<Clock, 'after'>
  readonly signal: AbortSignal
}

/** Resolves after that time, or when `signal` aborts. */
export const pause = (ms: number, { clock, signal }: PauseComponents): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const end = () => {
      cancel()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const cancel = clock.after(ms, end)
    signal.addEventListener('abort', end, { once: true })
  })

/** The pause after so many failures in a row: it doubles up to the ceiling, with jitter, so that nodes do not come back all at once. */
export const pauseOf = (
  failures: number,
  ceilingMs: number,
  { random, ...components }: PauseComponents & { readonly random: Random },
): Promise<void> => {
  const ms = Math.min(ceilingMs, RETRY_FLOOR_MS * 2 ** Math.min(failures - 1, 10))
  return pause(ms * (0.5 + random() / 2), components)
}
