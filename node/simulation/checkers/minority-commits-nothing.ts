import { holds } from '../log-entries.ts'
import type { CreateChecker } from '../observation.ts'
import { firstCommitted } from './first-seen.ts'
import { configurationsFor, isQuorum, whoHas } from './quorums.ts'

/** When an entry is first known to be committed, it is in the named stores of a majority: of both in a joint change. */
export const createMinorityCommitsNothing: CreateChecker = (world) => ({
  name: 'minority-commits-nothing',
  sees: ['first committed'],
  judge: firstCommitted((entry, node) => {
    const counts = whoHas(world, (durable) => holds(durable, entry))
    return configurationsFor(world, node, entry).some((configuration) => isQuorum(configuration, counts))
      ? null
      : `${node} committed ${entry.index} of term ${entry.term}, which named stores of a majority do not hold`
  }),
})
