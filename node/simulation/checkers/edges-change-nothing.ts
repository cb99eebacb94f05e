import type { CreateChecker } from '../observation.ts'
import { firstApplied } from './first-seen.ts'

/** What was written on an edge node is never accepted, also after that node was removed. */
export const createEdgesChangeNothing: CreateChecker = (world) => {
  const judge = firstApplied(({ decision, outcome, index }, applier) => {
    if (decision.type !== 'revisionAccepted' || !outcome.ok) return null
    const author = decision.written?.author
    const edges = world.coreOf(applier)?.planes.decisions.view.edges
    return author !== undefined && edges?.has(author) === true
      ? `what ${author}, an edge node, wrote of ${decision.object} was accepted at ${index}`
      : null
  })
  return { name: 'edges-change-nothing', sees: ['first applied'], judge }
}
