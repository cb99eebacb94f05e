import { holds } from '../log-entries.ts'
import type { CreateChecker } from '../observation.ts'
import { decisionOf } from './decision-of.ts'
import { firstCommitted } from './first-seen.ts'
import { configurationsFor, isQuorum, whoHas } from './quorums.ts'

/** When it is first known that a revision was accepted, a majority of the voters has both the entry and the revision on disk. */
export const createAcceptedIsOnAMajority: CreateChecker = (world) => ({
  name: 'accepted-is-on-a-majority',
  sees: ['first committed'],
  judge: firstCommitted((entry, node) => {
    if (entry.kind !== 'decision') return null
    const decision = decisionOf(entry)
    if (decision.type !== 'revisionAccepted') return null
    const { revision } = decision
    const counts = whoHas(world, (durable) => durable.holds('revisions', revision) && holds(durable, entry))
    return configurationsFor(world, node, entry).some((configuration) => isQuorum(configuration, counts))
      ? null
      : `${node} knows ${revision.slice(0, 8)} to be accepted at ${entry.index}, and no majority can read it`
  }),
})
