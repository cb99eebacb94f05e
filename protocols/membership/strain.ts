/**
 * How slow this node itself seems to be (local health in Lifeguard): who is strained gives others more time, and
 * judges nobody right after a stall.
 */
import { STALL_GRACE_MAX_MS, STALL_MS } from './limits.ts'
import type { Turn } from './turn.ts'

/** Something went wrong for which this node may be to blame itself. */
export const strain = (turn: Turn): void => {
  turn.strain = Math.min(turn.timings.strainMax, turn.strain + 1)
}

/** Something went as it should. */
export const relax = (turn: Turn): void => {
  turn.strain = Math.max(0, turn.strain - 1)
}

/** A time as long as it is for a node under this strain. */
export const stretched = (turn: Turn, ms: number): number => ms * (1 + turn.strain)

/** Whether a timer is so late that this process must have stood still. */
export const isStall = (nowMs: number, dueMs: number): boolean => nowMs - dueMs > STALL_MS

/** A late timer shows that this process was stalled: true. For as long as it was away, at most, it judges nobody. */
export const noticeStall = (turn: Turn, dueMs: number): boolean => {
  const { nowMs } = turn.env
  if (!isStall(nowMs, dueMs)) return false
  const lateMs = nowMs - dueMs
  // All timers of one stall are late together; it strains once.
  if (judges(turn)) strain(turn)
  turn.judgesFromMs = Math.max(turn.judgesFromMs, nowMs + Math.min(lateMs, STALL_GRACE_MAX_MS))
  return true
}

/** False while this node makes up for a stall of its own. */
export const judges = (turn: Turn): boolean => turn.env.nowMs >= turn.judgesFromMs
