import type { Clock } from '../ports/clock.ts'

/** How long whoever waits for news lies still at most: a ring that was missed costs no more than that. */
export const NEWS_MISSED_MS = 1_000

/** Wakes whoever waits for news; it carries none, so each looks for itself. */
export interface Bell {
  ring(): void
  /** Resolves at the next ring, after that time, or when the signal aborts, whatever comes first. */
  wait(atMostMs: number, signal?: AbortSignal): Promise<void>
}

export const createBell = (clock: Pick<Clock, 'after'>): Bell => {
  const waiting = new Set<() => void>()
  return {
    ring: () => {
      for (const end of waiting) end()
    },
    wait: (atMostMs, signal) =>
      new Promise((resolve) => {
        const end = (): void => {
          waiting.delete(end)
          cancel()
          signal?.removeEventListener('abort', end)
          resolve()
        }
        const cancel = clock.after(atMostMs, end)
        waiting.add(end)
        signal?.addEventListener('abort', end)
        if (signal?.aborted) end()
      }),
  }
}
