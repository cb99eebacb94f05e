import type { Generation } from '../../../protocols/generations/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { CreateChecker } from '../observation.ts'
import { keyOf } from './generation-on.ts'

/** A generation begins where somebody recovers, and nowhere else; others hear of it. */
export const createBegunByAPerson =
  (recovers: (node: NodeId) => boolean): CreateChecker =>
  (world) => {
    const begun = new Set<string>([keyOf(null)])
    /** Takes note of the generation that a node is in; false where nobody began it. */
    const isBegun = (node: NodeId, generation: Generation | undefined): boolean => {
      if (recovers(node)) begun.add(keyOf(generation))
      return begun.has(keyOf(generation))
    }
    return {
      name: 'begun-by-a-person',
      sees: ['started', 'stored'],
      judge: (observation) => {
        // What was written when the life before ended, nobody saw.
        if (observation.type === 'started')
          isBegun(observation.node, world.durableOf(observation.node).hardState?.generation)
        if (observation.type !== 'stored' || observation.hardState === null) return null
        const { node, hardState } = observation
        const { generation, supersededBy } = hardState
        if (!isBegun(node, generation))
          return `${node} is in generation ${generation?.number}, which nobody began`
        return begun.has(keyOf(supersededBy))
          ? null
          : `${node} gave way to generation ${supersededBy?.number}, which nobody began`
      },
    }
  }
