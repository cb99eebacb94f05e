import { CAUGHT_UP_ENTRIES, type Configuration, type LogEntry } from '../../../protocols/consensus/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import { configurationsOn } from '../log-entries.ts'
import type { CreateChecker } from '../observation.ts'

/** Whether the voter, or its store, comes in with the second configuration. */
const isNew = (before: Configuration, next: Configuration, voter: NodeId): boolean => {
  if (!before.voters.includes(voter) && !before.votersOutgoing.includes(voter)) return true
  const [known, named] = [before.stores?.[voter], next.stores?.[voter]]
  return known !== undefined && named !== undefined && known !== named
}

/**
 * Who becomes a voter had nearly the whole log on disk before, on the very disk that is to vote (thesis 4.2.1): a blank
 * voter would count, and could decide nothing.
 */
export const createVotersCatchUpFirst: CreateChecker = (world) => {
  /** Store -> the greatest index that it ever had. */
  const reached = new Map<string, number>()

  const noteReached = (node: NodeId): void => {
    const { stamp, entries, snapshot } = world.durableOf(node)
    const last = entries.at(-1)?.index ?? snapshot?.index ?? 0
    reached.set(stamp.id, Math.max(reached.get(stamp.id) ?? 0, last))
  }

  const reachedBy = (voter: NodeId, { stores }: Configuration): number =>
    reached.get(stores?.[voter] ?? world.durableOf(voter).stamp.id) ?? 0

  /** The sentence about who becomes a voter by that entry and was far behind it. */
  const earlyVoter = (node: NodeId, { index }: LogEntry): string | null => {
    const configurations = configurationsOn(world.durableOf(node))
    const at = configurations.findIndex((placed) => placed.index === index)
    const [before, next] = [configurations[at - 1]?.configuration, configurations[at]?.configuration]
    if (before === undefined || next === undefined) return null
    const early = next.voters.find(
      (voter) => isNew(before, next, voter) && reachedBy(voter, next) < index - 1 - CAUGHT_UP_ENTRIES,
    )
    return early === undefined
      ? null
      : `${early} votes from entry ${index} on, and never held more than ${reachedBy(early, next)} entries`
  }

  return {
    name: 'voters-catch-up-first',
    sees: ['started', 'stored'],
    judge: (observation) => {
      // Also at a start: a write that the crash met may have been kept.
      if (observation.type === 'started' || observation.type === 'stored') noteReached(observation.node)
      if (observation.type !== 'stored') return null
      const { node, entries } = observation
      for (const entry of entries) {
        const early = entry.kind === 'configuration' ? earlyVoter(node, entry) : null
        if (early !== null) return early
      }
      return null
    },
  }
}
