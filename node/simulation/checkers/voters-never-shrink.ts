import type { NodeId } from '../../../protocols/wire/index.ts'
import type { CreateChecker, Observation } from '../observation.ts'

/** What the keeper of the voters says before it asks for others: the voters also change by hand. */
const changeIn = (
  observation: Observation,
): { readonly present: readonly NodeId[]; readonly wanted: readonly NodeId[] } | null => {
  if (observation.type !== 'logged' || observation.message !== 'changing the voters') return null
  const { present, wanted } = observation.fields as { present: readonly NodeId[]; wanted: readonly NodeId[] }
  return { present, wanted }
}

/** The keeper asks for fewer voters only when one of them drains or left: silence alone takes no vote away. */
export const createVotersNeverShrink: CreateChecker = (world) => ({
  name: 'voters-never-shrink',
  sees: ['logged'],
  judge: (observation) => {
    const change = changeIn(observation)
    if (change === null || observation.type !== 'logged') return null
    const { present, wanted } = change
    const nodes = world.coreOf(observation.node)?.planes.decisions.view.nodes
    const leaves = (voter: NodeId): boolean => nodes?.get(voter)?.draining !== false
    return wanted.length >= present.length || present.some(leaves)
      ? null
      : `${observation.node} asks for the voters ${wanted.join(', ')} in place of ${present.join(', ')}, none of which leaves`
  },
})
