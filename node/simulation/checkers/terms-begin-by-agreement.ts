import type { NodeId } from '../../../protocols/wire/index.ts'
import type { CreateChecker, World } from '../observation.ts'
import { isQuorum, newestConfiguration } from './quorums.ts'

/**
 * Nobody begins a term that it could not win (thesis 9.6): whoever becomes a candidate was granted the pre-votes of a
 * quorum for that term, or was asked by the leader of the term before to take over.
 */
export const createTermsBeginByAgreement: CreateChecker = (world: World) => {
  /** `node term` -> the nodes that granted that node a pre-vote for that term, and their stores. */
  const granted = new Map<string, Set<string>>()
  /** `node term` of those whom the leader of `term` told to campaign. */
  const told = new Set<string>()

  const grantedTo = (node: NodeId, term: number): Set<string> => {
    const key = `${node} ${term}`
    const present = granted.get(key) ?? new Set([node, world.durableOf(node).stamp.id])
    granted.set(key, present)
    return present
  }

  return {
    name: 'terms-begin-by-agreement',
    sees: ['role', 'sent preVoteReply', 'sent timeoutNow'],
    judge: (observation) => {
      if (observation.type === 'sent') {
        const { node, to, message } = observation
        if (message.type === 'preVoteReply' && message.granted)
          grantedTo(to, message.term)
            .add(node)
            .add(message.store?.id ?? node)
        if (message.type === 'timeoutNow') told.add(`${to} ${message.term}`)
      }
      if (observation.type !== 'role' || observation.role !== 'candidate') return null
      const { node, term } = observation
      if (told.has(`${node} ${term - 1}`)) return null
      const holders = grantedTo(node, term)
      return isQuorum(newestConfiguration(world, node), (voter, store) => holders.has(store ?? voter))
        ? null
        : `${node} began term ${term} with the pre-votes of ${[...holders].join(', ')} alone`
    },
  }
}
