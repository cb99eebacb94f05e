/** How often each client may do something: a bucket of tokens for each, which fills by itself. */
import type { Clock } from '../ports/clock.ts'
import { CLIENTS_COUNTED_MAX, type Rate } from './limits.ts'

export interface RateLimit {
  /** Takes `cost` of what the client has left. Null, or after how many milliseconds it has one again where it has none. */
  take(client: string, cost?: number): number | null
}

interface Bucket {
  readonly left: number
  readonly atMs: number
}

/** Counts the `CLIENTS_COUNTED_MAX` clients seen last; one that was forgotten has all that a client has. */
export const createRateLimit = (clock: Pick<Clock, 'nowMs'>, { atOnce, perSecond }: Rate): RateLimit => {
  /** In the order in which the clients were last seen. */
  const buckets = new Map<string, Bucket>()

  const leftOf = (client: string, nowMs: number): number => {
    const { left, atMs } = buckets.get(client) ?? { left: atOnce, atMs: nowMs }
    return Math.min(atOnce, left + ((nowMs - atMs) / 1000) * perSecond)
  }

  return {
    take: (client, cost = 1) => {
      const nowMs = clock.nowMs()
      const left = leftOf(client, nowMs)
      const isEmpty = left < 1
      buckets.delete(client)
      buckets.set(client, { left: isEmpty ? left : Math.max(0, left - cost), atMs: nowMs })
      const [oldest] = buckets.keys()
      if (buckets.size > CLIENTS_COUNTED_MAX && oldest !== undefined) buckets.delete(oldest)
      return isEmpty ? Math.ceil(((1 - left) / perSecond) * 1000) : null
    },
  }
}
