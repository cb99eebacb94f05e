import type { RehearsalOptions } from '../../../protocols/control/index.ts'
import type { Fact } from './facts.ts'
import { leaderOf } from './leaders.ts'
import { replay } from './replay.ts'

/**
 * Why nothing can be assigned: nobody in the larger part leads, or the leader hears nothing of more than half of the nodes, for
 * then it is more likely cut off itself (docs/design/scheduler.md).
 */
export type Hindrance = 'unled' | 'held'

/** What stands in the way after each fact. */
export const hindrancesOf = (options: RehearsalOptions, facts: readonly Fact[]): (Hindrance | null)[] => {
  const silentTo = new Map<string, Set<string>>()
  const hindrances: (Hindrance | null)[] = []
  for (const { fact, standing } of replay(options, facts)) {
    if (fact.type === 'member') {
      const silent = silentTo.get(fact.by) ?? new Set()
      silentTo.set(fact.by, silent)
      if (fact.state === 'alive' || fact.state === 'left') silent.delete(fact.node)
      else silent.add(fact.node)
    }
    const { node } = leaderOf(standing)
    const silent = node === null ? 0 : (silentTo.get(node)?.size ?? 0)
    if (node === null || !standing.larger.has(node)) hindrances.push('unled')
    else hindrances.push(silent * 2 > options.nodes.length ? 'held' : null)
  }
  return hindrances
}
