import type { Clock } from '../ports/clock.ts'
import type { Distribution } from '../ports/metrics.ts'
import { LOOP_LOOK_MS, SCRAPED_MS } from './limits.ts'

/** Seconds: from what nobody notices to what costs connections. */
const BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/** How late timers are, which is for how long others had the event loop. A timer runs only while somebody scrapes. */
export const eventLoopDelay = (clock: Clock): { readonly metric: Distribution; stop(): void } => {
  let tell: (seconds: number) => void = () => undefined
  let watchedAtMs = Number.NEGATIVE_INFINITY
  let cancel: (() => void) | null = null

  const look = (): void => {
    const dueMs = clock.nowMs() + LOOP_LOOK_MS
    cancel = clock.after(LOOP_LOOK_MS, () => {
      cancel = null
      const nowMs = clock.nowMs()
      tell(Math.max(0, nowMs - dueMs) / 1000)
      if (nowMs - watchedAtMs < SCRAPED_MS) look()
    })
  }

  return {
    metric: {
      name: 'coterie_event_loop_delay_seconds',
      help: 'How late timers of this daemon are, looked at while somebody scrapes',
      type: 'histogram',
      buckets: BUCKETS,
      watch: (observe) => {
        tell = observe
        watchedAtMs = clock.nowMs()
        if (cancel === null) look()
      },
    },
    stop: () => cancel?.(),
  }
}
