import { isNewer, isSameGeneration } from '../../../protocols/generations/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import { type CreateJudge, keyOf } from './judge.ts'

/**
 * Whoever knows of a newer generation, by its own disk, says nothing in the older one any more, whatever restarts come
 * between; and nobody ever goes back to one.
 */
export const createNoWordOfAnOlderOne: CreateJudge = () => {
  type HardState = NonNullable<ReturnType<Parameters<CreateJudge>[0]['durableOf']>['hardState']>
  const known = new Map<NodeId, Pick<HardState, 'generation' | 'supersededBy'>>()
  return {
    name: 'no-word-of-an-older-generation',
    judge: (observation) => {
      if (observation.type === 'stored' && observation.hardState !== null) {
        const { node, hardState } = observation
        const { generation = null, supersededBy } = known.get(node) ?? {}
        known.set(node, hardState)
        const next = hardState.generation ?? null
        if (isNewer(generation, next)) return `${node} went back from generation ${generation?.number}`
        const isSilent = hardState.supersededBy !== undefined || isNewer(next, generation)
        return supersededBy === undefined || isSilent
          ? null
          : `${node} forgot that generation ${supersededBy.number} began`
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
