/** What a node does for others of this: so often a minute, and no more. */
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { Clock } from '../../ports/clock.ts'

const MINUTE_MS = 60_000

/** Of other members, in all: a person looks at a pair, cures something, and looks again. */
export const TRIES_PER_MINUTE_MAX = 12

/** Of one member: each look of it has two, one there and one back. */
export const LOADS_PER_MINUTE_MAX = 32

export type Spend = (who: NodeId) => number

/**
 * Counts what each `who` takes: 0 where it may be had, else after how many milliseconds to ask again. A minute ends for all at once.
 */
export const createBudget = (clock: Pick<Clock, 'nowMs'>, perMinute: number): Spend => {
  const spent = new Map<NodeId, number>()
  let beganAtMs = clock.nowMs()
  return (who) => {
    const nowMs = clock.nowMs()
    if (nowMs - beganAtMs >= MINUTE_MS) {
      spent.clear()
      beganAtMs = nowMs
    }
    const taken = spent.get(who) ?? 0
    if (taken === perMinute) return beganAtMs + MINUTE_MS - nowMs
    spent.set(who, taken + 1)
    return 0
  }
}
