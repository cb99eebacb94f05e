import { HLC_AHEAD_MAX_MS } from '../../../crdt/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { CreateChecker } from '../observation.ts'
import { decisionOf } from './decision-of.ts'
import { createLeaderships } from './leaderships.ts'

/** The clock is looked at when the leader writes, and may have been set between the proposal and the write. */
const SLACK_MS = 60_000

/** No revision is accepted at a time that lies beyond what the clock of the accepting leader ever showed. */
export const createAcceptedClocksAreClamped: CreateChecker = (world) => {
  const leaderships = createLeaderships(world)
  /** The greatest time that was seen on a node's clock. */
  const latest = new Map<NodeId, number>()

  const latestOf = (node: NodeId): number => {
    const latestMs = Math.max(latest.get(node) ?? 0, world.wallMsOf(node))
    latest.set(node, latestMs)
    return latestMs
  }

  return {
    name: 'accepted-clocks-are-clamped',
    sees: ['ended', 'role', 'stored'],
    judge: (observation) => {
      leaderships.see(observation)
      if (observation.type !== 'stored') return null
      const { node } = observation
      if (leaderships.of(node) === null) return null
      const latestMs = latestOf(node)
      for (const entry of leaderships.ownEntries(observation)) {
        const decision = decisionOf(entry)
        if (decision.type !== 'revisionAccepted') continue
        const aheadMs = decision.hlc.wallMs - latestMs - HLC_AHEAD_MAX_MS
        if (aheadMs > SLACK_MS)
          return `${node} accepted at ${entry.index} what was written ${Math.round(aheadMs / 1_000)} s after the latest time that its clock showed`
      }
      return null
    },
  }
}
