import type { NodeId } from '../../../protocols/wire/index.ts'
import type { CreateChecker } from '../observation.ts'

/**
 * The mesh version rises only when each member supports the new one, or did once: on some the older version may have been
 * put back, which nobody can know.
 */
export const createVersionRisesWhenAllCan: CreateChecker = (world) => {
  /** The greatest version that ever ran on each node. */
  const supported = new Map<NodeId, number>()
  return {
    name: 'version-rises-when-all-can',
    sees: ['started', 'applied'],
    judge: (observation) => {
      if (observation.type === 'started') {
        const { node, versions } = observation
        supported.set(node, Math.max(supported.get(node) ?? 0, versions.most))
      }
      if (observation.type !== 'applied') return null
      const { node, applied } = observation
      const { index, decision, outcome } = applied
      if (decision.type !== 'meshVersionRaised' || !outcome.ok) return null
      const members = world.coreOf(node)?.planes.decisions.view.nodes.keys() ?? []
      const behind = [...members].find((member) => (supported.get(member) ?? 0) < decision.version)
      return behind === undefined
        ? null
        : `entry ${index} raises the mesh to version ${decision.version}, which ${behind} never supported`
    },
  }
}
