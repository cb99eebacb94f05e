import type { Revision } from '../../../crdt/index.ts'
import { isTrimmed } from '../../../protocols/decisions/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { CreateChecker } from '../observation.ts'
import { firstApplied } from './first-seen.ts'

/**
 * A write that was confirmed to a person is on the disk of the node that confirmed it, then and in every later life, until
 * the log trims it. Excepted: a disk that was lost.
 */
export const createWrittenIsNeverLost: CreateChecker = (world) => {
  const written = new Map<NodeId, readonly Revision[]>()

  const forgetTrimmed = firstApplied(({ decision }, applier) => {
    const view = world.coreOf(applier)?.planes.decisions.view
    if (decision.type !== 'revisionsTrimmed' || view === undefined) return null
    for (const [node, revisions] of written)
      written.set(
        node,
        revisions.filter((revision) => !isTrimmed(view, revision)),
      )
    return null
  })

  const judgeNode = (node: NodeId): string | null => {
    const durable = world.durableOf(node)
    const lost = written.get(node)?.find(({ id }) => !durable.holds('revisions', id))
    return lost === undefined
      ? null
      : `${node} confirmed ${lost.id.slice(0, 8)} of ${lost.object}, which is not on its disk`
  }

  return {
    name: 'written-is-never-lost',
    sees: ['started', 'diskLost', 'first applied', 'written'],
    judge: (observation) => {
      forgetTrimmed(observation)
      if (observation.type === 'diskLost') written.delete(observation.node)
      if (observation.type === 'started') return judgeNode(observation.node)
      if (observation.type !== 'written') return null
      const { node, revision } = observation
      written.set(node, [...(written.get(node) ?? []), revision])
      return judgeNode(node)
    },
  }
}
