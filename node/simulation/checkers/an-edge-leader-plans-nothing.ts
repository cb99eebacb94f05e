import type { CreateChecker } from '../observation.ts'
import { decisionOf } from './decision-of.ts'
import { createLeaderships } from './leaderships.ts'
import { PLANNED } from './planned.ts'

/** An edge node that leads assigns and accepts nothing: it passes on what people decide about members, and makes way. */
export const createAnEdgeLeaderPlansNothing: CreateChecker = (world) => {
  const leaderships = createLeaderships(world)
  return {
    name: 'an-edge-leader-plans-nothing',
    sees: ['ended', 'role', 'stored'],
    judge: (observation) => {
      leaderships.see(observation)
      if (observation.type !== 'stored') return null
      const { node } = observation
      if (world.coreOf(node)?.planes.decisions.view.nodes.get(node)?.role !== 'edge') return null
      for (const entry of leaderships.ownEntries(observation)) {
        const { type } = decisionOf(entry)
        if (PLANNED.has(type)) return `${node}, an edge node, proposed ${type} at ${entry.index}`
      }
      return null
    },
  }
}
