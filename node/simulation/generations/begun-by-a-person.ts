import type { NodeId } from '../../../protocols/wire/index.ts'
import { type CreateJudge, keyOf } from './judge.ts'

/** A generation begins where somebody recovers, and nowhere else; others hear of it. */
export const createBegunByAPerson =
  (recovers: (node: NodeId) => boolean): CreateJudge =>
  () => {
    const begun = new Set<string>([keyOf(null)])
    return {
      name: 'begun-by-a-person',
      judge: (observation) => {
        if (observation.type !== 'stored' || observation.hardState === null) return null
        const { node, hardState } = observation
        const { generation, supersededBy } = hardState
        if (!begun.has(keyOf(generation))) {
          if (!recovers(node)) return `${node} is in generation ${generation?.number}, which nobody began`
          begun.add(keyOf(generation))
        }
        return begun.has(keyOf(supersededBy))
          ? null
          : `${node} gave way to generation ${supersededBy?.number}, which nobody began`
      },
    }
  }
