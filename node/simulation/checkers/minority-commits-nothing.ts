import { holds } from '../log-entries.ts'
import type { CreateChecker } from '../observation.ts'
import { firstCommitted } from './first-seen.ts'
import { configurationsFor, isQuorum } from './quorums.ts'

/** When an entry is first known to be committed, it is on the disks of a majority: of both in a joint change. */
export const createMinorityCommitsNothing: CreateChecker = (world) => ({
  name: 'minority-commits-nothing',
  judge: firstCommitted((entry, node) => {
    const holders = new Set(world.nodes.filter((other) => holds(world.durableOf(other), entry)))
    return configurationsFor(world, node, entry).some((configuration) => isQuorum(configuration, holders))
      ? null
      : `${node} committed ${entry.index} of term ${entry.term}, which only ${[...holders].join(', ')} hold`
  }),
})
