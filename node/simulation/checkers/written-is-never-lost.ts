import type { Revision } from '../../../crdt/index.ts'
import { isTrimmed } from '../../../protocols/decisions/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { CreateChecker } from '../observation.ts'

/**
 * A write that was confirmed to a person is on the disk of the node that confirmed it, then and in every later life, until
 * the log trims it. Excepted: a disk that was lost, whose node never returns.
 */
export const createWrittenIsNeverLost: CreateChecker = (world) => {
  const written = new Map<NodeId, Revision[]>()

  const wasTrimmed = (revision: Revision): boolean =>
    world.nodes.some((node) => {
      const view = world.coreOf(node)?.planes.decisions.view
      return view !== undefined && isTrimmed(view, revision)
    })

  const judgeNode = (node: NodeId): string | null => {
    const durable = world.durableOf(node)
    const lost = written.get(node)?.find(({ id }) => !durable.holds('revisions', id))
    return lost === undefined || wasTrimmed(lost)
      ? null
      : `${node} confirmed ${lost.id.slice(0, 8)} of ${lost.object}, which is not on its disk`
  }

  return {
    name: 'written-is-never-lost',
    judge: (observation) => {
      if (observation.type === 'written') {
        const { node, revision } = observation
        const all = written.get(node) ?? []
        written.set(node, all)
        all.push(revision)
      }
      return observation.type === 'written' || observation.type === 'started'
        ? judgeNode(observation.node)
        : null
    },
  }
}
