import type { NodeId } from '../wire/index.ts'
import { HOLD_DOWN_FORGOTTEN_MS, HOLD_DOWN_MS, HOLD_DOWN_MS_MAX, ONE_LOSS_MS } from './limits.ts'

/** A node that lost leases. */
export interface HoldDown {
  /** How often, with no calm time in between. */
  readonly losses: number
  readonly lastMs: number
  readonly untilMs: number
}

export type HoldDowns = ReadonlyMap<NodeId, HoldDown>

/** The state of a node after it lost a lease: twice as long as the last time, unless that is long ago. */
export const afterLoss = (before: HoldDown | undefined, nowMs: number): HoldDown => {
  const isOld = before === undefined || nowMs - before.lastMs > HOLD_DOWN_FORGOTTEN_MS
  if (!isOld && nowMs - before.lastMs < ONE_LOSS_MS) return before
  const losses = isOld ? 1 : before.losses + 1
  const forMs = Math.min(HOLD_DOWN_MS_MAX, HOLD_DOWN_MS * 2 ** (losses - 1))
  return { losses, lastMs: nowMs, untilMs: nowMs + forMs }
}
