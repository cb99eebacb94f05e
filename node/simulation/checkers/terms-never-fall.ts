import type { NodeId } from '../../../protocols/wire/index.ts'
import type { CreateChecker, Observation } from '../observation.ts'

/** The term that an observation says its node to be in; a pre-vote speaks of a term that may never come. */
const termOf = (observation: Observation): number | null => {
  switch (observation.type) {
    case 'role':
      return observation.term
    case 'stored':
      return observation.hardState?.term ?? null
    case 'sent': {
      const { message } = observation
      return message.type === 'preVote' || message.type === 'preVoteReply' ? null : message.term
    }
    default:
      return null
  }
}

/** What a node says and stores never goes back to a lower term, in any of its lives on one disk. */
export const createTermsNeverFall: CreateChecker = () => {
  const terms = new Map<NodeId, number>()
  return {
    name: 'terms-never-fall',
    sees: ['diskLost', 'role', 'stored', 'sent'],
    judge: (observation) => {
      if (observation.type === 'diskLost') terms.delete(observation.node)
      const term = termOf(observation)
      if (term === null || !('node' in observation)) return null
      const { node } = observation
      const before = terms.get(node) ?? 0
      terms.set(node, Math.max(before, term))
      return term < before ? `${node} went back from term ${before} to term ${term}` : null
    },
  }
}
