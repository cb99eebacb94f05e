import type { CreateChecker } from '../observation.ts'
import { decisionOf } from './decision-of.ts'
import { createLeaderships } from './leaderships.ts'
import { PLANNED } from './planned.ts'

/** A leader accepts and schedules only once it has applied its own no-op, and with it all that was committed before. */
export const createLeadersKnowBeforeTheyPlan: CreateChecker = (world) => {
  const leaderships = createLeaderships(world)
  return {
    name: 'leaders-know-before-they-plan',
    sees: ['ended', 'role', 'stored'],
    judge: (observation) => {
      leaderships.see(observation)
      if (observation.type !== 'stored') return null
      const { node } = observation
      const appliedIndex = world.coreOf(node)?.planes.decisions.view.appliedIndex ?? 0
      const firstIndex = leaderships.of(node)?.firstIndex ?? 0
      if (appliedIndex >= firstIndex) return null
      for (const entry of leaderships.ownEntries(observation)) {
        const { type } = decisionOf(entry)
        if (PLANNED.has(type))
          return `${node} proposed ${type} at ${entry.index} when it had applied ${appliedIndex} of the ${firstIndex} entries up to its own first`
      }
      return null
    },
  }
}
