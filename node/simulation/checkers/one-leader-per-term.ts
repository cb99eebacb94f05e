import type { NodeId } from '../../../protocols/wire/index.ts'
import type { CreateChecker } from '../observation.ts'

/** Election safety (Raft, figure 3): no two nodes lead in one term. */
export const createOneLeaderPerTerm: CreateChecker = () => {
  const leaders = new Map<number, NodeId>()
  return {
    name: 'one-leader-per-term',
    sees: ['role'],
    judge: (observation) => {
      if (observation.type !== 'role' || observation.role !== 'leader') return null
      const { node, term } = observation
      const other = leaders.get(term) ?? node
      leaders.set(term, node)
      return other === node ? null : `${other} and ${node} both lead in term ${term}`
    },
  }
}
