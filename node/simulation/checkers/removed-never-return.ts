import type { NodeId } from '../../../protocols/wire/index.ts'
import type { CreateChecker } from '../observation.ts'
import { firstApplied } from './first-seen.ts'

/** An identity that was removed is never admitted again: what it promised is forgotten. */
export const createRemovedNeverReturn: CreateChecker = () => {
  const removed = new Set<NodeId>()
  return {
    name: 'removed-never-return',
    sees: ['applied'],
    judge: firstApplied(({ index, decision, outcome }) => {
      if (!outcome.ok) return null
      if (decision.type === 'nodeRemoved') removed.add(decision.node)
      return decision.type === 'nodeAdmitted' && removed.has(decision.node)
        ? `entry ${index} admits ${decision.node}, which was removed`
        : null
    }),
  }
}
