import { HLC_AHEAD_MAX_MS } from '../../crdt/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'

export interface ClockOff {
  readonly node: NodeId
  /** Below 0 where it is behind. */
  readonly aheadMs: number
}

/**
 * Whose clocks are off by more than an edit may be ahead: measured from the middle one of all, so that it takes half
 * of them to be wrong in the same way to blame the others. Where two are in the middle, as of two nodes, the leader's counts.
 * `ahead`: by node, how far its clock is ahead of `self`'s.
 */
export const clocksOff = (
  ahead: ReadonlyMap<NodeId, number>,
  self: NodeId,
  leader: NodeId | null,
): ClockOff[] => {
  const all = new Map([[self, 0], ...ahead])
  const sorted = [...all.values()].sort((a, b) => a - b)
  const lower = sorted[(sorted.length - 1) >> 1] as number
  const upper = sorted[sorted.length >> 1] as number
  const judge = all.get(leader ?? self) ?? 0
  const right = Math.abs(judge - lower) < Math.abs(judge - upper) ? lower : upper
  return [...all]
    .map(([node, aheadMs]) => ({ node, aheadMs: aheadMs - right }))
    .filter(({ aheadMs }) => Math.abs(aheadMs) > HLC_AHEAD_MAX_MS)
}
