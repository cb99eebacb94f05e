import type { NodeId } from '../../../protocols/wire/index.ts'
import type { CreateChecker } from '../observation.ts'

/**
 * A voter gives its vote of one term to one node, itself included, whatever crashes come between. A voter is a node and its
 * store: another one of the same node counts only where its own name stands.
 */
export const createOneVotePerTerm: CreateChecker = (world) => {
  const votes = new Map<string, NodeId>()

  const vote = (voter: NodeId, term: number, candidate: NodeId): string | null => {
    const key = `${voter} ${world.durableOf(voter).stamp.id} ${term}`
    const other = votes.get(key) ?? candidate
    votes.set(key, candidate)
    return other === candidate ? null : `${voter} voted for ${other} and for ${candidate} in term ${term}`
  }

  return {
    name: 'one-vote-per-term',
    sees: ['diskLost', 'role', 'sent voteReply'],
    judge: (observation) => {
      if (observation.type === 'role' && observation.role === 'candidate')
        return vote(observation.node, observation.term, observation.node)
      if (observation.type !== 'sent') return null
      const { node, to, message } = observation
      return message.type === 'voteReply' && message.granted ? vote(node, message.term, to) : null
    },
  }
}
