import type { NodeId } from '../../../protocols/wire/index.ts'
import { isQuorum, newestConfiguration } from '../checkers/quorums.ts'
import type { CreateChecker } from '../observation.ts'
import { generationOn, keyOf } from './generation-on.ts'

/** Within a generation no two lead in one term, and who leads was given the votes of a majority there: a vote of another one counts for nothing. */
export const createElectedInItsGeneration: CreateChecker = (world) => {
  const leaders = new Map<string, NodeId>()
  /** `<generation> <term> <candidate>` -> who voted for it. */
  const votes = new Map<string, Set<NodeId>>()
  return {
    name: 'elected-in-its-generation',
    sees: ['sent', 'role'],
    judge: (observation) => {
      if (observation.type === 'sent' && observation.message.type === 'voteReply') {
        const { node, to, message } = observation
        if (message.granted !== true) return null
        const key = `${keyOf(message.generation)} ${message.term} ${to}`
        votes.set(key, (votes.get(key) ?? new Set()).add(node))
      }
      if (observation.type !== 'role' || observation.role !== 'leader') return null
      const { node, term } = observation
      const generation = keyOf(generationOn(world, node))
      const place = `${generation} ${term}`
      const other = leaders.get(place) ?? node
      leaders.set(place, node)
      if (other !== node) return `${other} and ${node} both lead in term ${term} of one generation`
      const given = votes.get(`${place} ${node}`) ?? new Set()
      return isQuorum(newestConfiguration(world, node), (voter) => voter === node || given.has(voter))
        ? null
        : `${node} leads in term ${term} without the votes of a majority of its generation`
    },
  }
}
