import type { NodeId } from '../../../protocols/wire/index.ts'
import type { CreateChecker } from '../observation.ts'
import { firstApplied } from './first-seen.ts'

/** An identity that was removed is a member no more, and never admitted again: what it promised is forgotten. */
export const createRemovedNeverReturn: CreateChecker = (world) => {
  const removed = new Set<NodeId>()
  const readmitted = firstApplied(({ index, decision, outcome }) => {
    if (!outcome.ok) return null
    if (decision.type === 'nodeRemoved') removed.add(decision.node)
    return decision.type === 'nodeAdmitted' && removed.has(decision.node)
      ? `entry ${index} admits ${decision.node}, which was removed`
      : null
  })
  return {
    name: 'removed-never-return',
    sees: ['applied'],
    judge: (observation) => {
      if (observation.type !== 'applied') return null
      const { node, applied } = observation
      const { index, decision, outcome } = applied
      const view = world.coreOf(node)?.planes.decisions.view
      if (decision.type === 'nodeRemoved' && outcome.ok && view?.nodes.has(decision.node))
        return `${node} holds ${decision.node} to be a member, which entry ${index} removed`
      return readmitted(observation)
    },
  }
}
