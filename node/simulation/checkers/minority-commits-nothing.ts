import type { Configuration, LogEntry } from '../../../protocols/consensus/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import { configurationsOn, holds } from '../log-entries.ts'
import type { CreateChecker, World } from '../observation.ts'

const isMajority = (voters: readonly NodeId[], holders: ReadonlySet<NodeId>): boolean =>
  2 * voters.filter((voter) => holders.has(voter)).length > voters.length

const isQuorum = ({ voters, votersOutgoing }: Configuration, holders: ReadonlySet<NodeId>): boolean =>
  isMajority(voters, holders) && (votersOutgoing.length === 0 || isMajority(votersOutgoing, holders))

/**
 * Configurations under which `entry` may have been committed: the last one up to it in that node's log, and those
 * after it, for a leader counts by the newest that it has.
 */
const configurationsFor = (world: World, node: NodeId, entry: LogEntry): Configuration[] => {
  const all = configurationsOn(world.durableOf(node))
  const before = all.findLastIndex(({ index }) => index <= entry.index)
  return all.slice(Math.max(0, before)).map(({ configuration }) => configuration)
}

/** When an entry is first known to be committed, it is on the disks of a majority: of both in a joint change. */
export const createMinorityCommitsNothing: CreateChecker = (world) => {
  let highest = 0
  return {
    name: 'minority-commits-nothing',
    judge: (observation) => {
      if (observation.type !== 'committed') return null
      const { node, entries } = observation
      for (const entry of entries) {
        if (entry.index <= highest) continue
        highest = entry.index
        const holders = new Set(world.nodes.filter((other) => holds(world.durableOf(other), entry)))
        if (!configurationsFor(world, node, entry).some((configuration) => isQuorum(configuration, holders)))
          return `${node} committed ${entry.index} of term ${entry.term}, which only ${[...holders].join(', ')} hold`
      }
      return null
    },
  }
}
