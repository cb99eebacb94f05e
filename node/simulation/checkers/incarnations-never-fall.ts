import type { NodeId } from '../../../protocols/wire/index.ts'
import type { CreateChecker } from '../observation.ts'

/** A node's incarnation rises with each of its lives on one disk, so that what an earlier one said never counts as newer. */
export const createIncarnationsNeverFall: CreateChecker = (world) => {
  const highest = new Map<NodeId, number>()
  return {
    name: 'incarnations-never-fall',
    sees: ['diskLost', 'ready', 'member'],
    judge: (observation) => {
      if (observation.type === 'diskLost') highest.delete(observation.node)
      if (observation.type !== 'ready' && observation.type !== 'member') return null
      const { node } = observation
      const { incarnation = 0 } = world.coreOf(node)?.planes.membership.member(node) ?? {}
      const before = highest.get(node) ?? 0
      if (incarnation === 0) return null
      highest.set(node, Math.max(before, incarnation))
      return incarnation < before ? `${node} went back from incarnation ${before} to ${incarnation}` : null
    },
  }
}
