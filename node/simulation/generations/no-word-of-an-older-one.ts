import type { HardState } from '../../../protocols/consensus/index.ts'
import { isNewer, isSameGeneration } from '../../../protocols/generations/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { CreateChecker } from '../observation.ts'
import { keyOf } from './generation-on.ts'

/**
 * Whoever knows of a newer generation, by its own disk, says nothing in the older one any more, whatever restarts come
 * between; and nobody ever goes back to one.
 */
export const createNoWordOfAnOlderOne: CreateChecker = (world) => {
  const known = new Map<NodeId, HardState>()

  const judgeDisk = (node: NodeId, hardState: HardState): string | null => {
    const { generation = null, supersededBy } = known.get(node) ?? {}
    known.set(node, hardState)
    const next = hardState.generation ?? null
    if (isNewer(generation, next)) return `${node} went back from generation ${generation?.number}`
    const isSilent = hardState.supersededBy !== undefined || isNewer(next, generation)
    return supersededBy === undefined || isSilent
      ? null
      : `${node} forgot that generation ${supersededBy.number} began`
  }

  return {
    name: 'no-word-of-an-older-generation',
    sees: ['started', 'stored', 'sent'],
    judge: (observation) => {
      if (observation.type === 'started' || observation.type === 'stored') {
        const { node } = observation
        // What was written when a life ended, is seen when the next one begins.
        const hardState =
          observation.type === 'stored' ? observation.hardState : world.durableOf(node).hardState
        return hardState === null ? null : judgeDisk(node, hardState)
      }
      if (observation.type !== 'sent') return null
      const { node, message } = observation
      const { generation = null, supersededBy } = known.get(node) ?? {}
      if (supersededBy !== undefined)
        return `${node} sent ${message.type} though generation ${supersededBy.number} has begun`
      return isSameGeneration(message.generation ?? null, generation)
        ? null
        : `${node} sent ${message.type} in generation ${keyOf(message.generation)}, and is in ${keyOf(generation)}`
    },
  }
}
