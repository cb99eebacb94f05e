import { CAUGHT_UP_ENTRIES, type LogEntry } from '../../../protocols/consensus/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import { configurationsOn } from '../log-entries.ts'
import type { CreateChecker } from '../observation.ts'

/** Who becomes a voter had nearly the whole log on disk before (thesis 4.2.1): a blank voter would count, and could decide nothing. */
export const createVotersCatchUpFirst: CreateChecker = (world) => {
  /** Node -> the greatest index that it ever had on disk. */
  const reached = new Map<NodeId, number>()

  const noteReached = (node: NodeId): void => {
    const { entries, snapshot } = world.durableOf(node)
    const last = entries.at(-1)?.index ?? snapshot?.index ?? 0
    reached.set(node, Math.max(reached.get(node) ?? 0, last))
  }

  /** Who is a voter by that entry and by no earlier one, and was far behind it. */
  const earlyVoter = (node: NodeId, { index }: LogEntry): NodeId | undefined => {
    const configurations = configurationsOn(world.durableOf(node))
    const at = configurations.findIndex((placed) => placed.index === index)
    const [before, next] = [configurations[at - 1]?.configuration, configurations[at]?.configuration]
    if (before === undefined || next === undefined) return undefined
    const known = [...before.voters, ...before.votersOutgoing]
    return next.voters.find(
      (voter) => !known.includes(voter) && (reached.get(voter) ?? 0) < index - 1 - CAUGHT_UP_ENTRIES,
    )
  }

  return {
    name: 'voters-catch-up-first',
    judge: (observation) => {
      if (observation.type === 'diskLost') reached.delete(observation.node)
      // Also at a start: a write that the crash met may have been kept.
      if (observation.type === 'started' || observation.type === 'stored') noteReached(observation.node)
      if (observation.type !== 'stored') return null
      const { node, entries } = observation
      for (const entry of entries) {
        const early = entry.kind === 'configuration' ? earlyVoter(node, entry) : undefined
        if (early !== undefined)
          return `${early} votes from entry ${entry.index} on, and never held more than ${reached.get(early) ?? 0} entries`
      }
      return null
    },
  }
}
