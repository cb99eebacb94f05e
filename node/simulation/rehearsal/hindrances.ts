import type { RehearsalOptions } from '../../../protocols/control/index.ts'
import type { Fact } from './facts.ts'
import { leaderOf } from './leaders.ts'
import { replay } from './replay.ts'

/**
 * Why nothing can be assigned: nobody in the larger part leads, or the leader thinks that more than half of the nodes are dead, for
 * then it is more likely cut off itself (docs/design/scheduler.md).
 */
export type Hindrance = 'unled' | 'held'

/** What stands in the way after each fact. */
export const hindrancesOf = (options: RehearsalOptions, facts: readonly Fact[]): (Hindrance | null)[] => {
  const deadTo = new Map<string, Set<string>>()
  const hindrances: (Hindrance | null)[] = []
  for (const { fact, standing } of replay(options, facts)) {
    if (fact.type === 'member') {
      const dead = deadTo.get(fact.by) ?? new Set()
      deadTo.set(fact.by, dead)
      if (fact.state === 'dead') dead.add(fact.node)
      else dead.delete(fact.node)
    }
    const { node } = leaderOf(standing)
    const dead = node === null ? 0 : (deadTo.get(node)?.size ?? 0)
    if (node === null || !standing.larger.has(node)) hindrances.push('unled')
    else hindrances.push(dead * 2 > options.nodes.length ? 'held' : null)
  }
  return hindrances
}
