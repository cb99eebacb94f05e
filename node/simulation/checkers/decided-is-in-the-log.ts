import { isDeepStrictEqual } from 'node:util'
import type { Decision } from '../../../protocols/decisions/index.ts'
import type { CreateChecker } from '../observation.ts'
import { firstApplied } from './first-seen.ts'

/** Who is told that a decision was made finds that very decision at that index, with an effect. */
export const createDecidedIsInTheLog: CreateChecker = () => {
  /** By index: what had an effect. */
  const effective = new Map<number, Decision>()
  const follow = firstApplied(({ index, decision, outcome }) => {
    if (outcome.ok) effective.set(index, decision)
    return null
  })
  return {
    name: 'decided-is-in-the-log',
    sees: ['first applied', 'decided'],
    judge: (observation) => {
      follow(observation)
      if (observation.type !== 'decided') return null
      const { node, index, decision } = observation
      const found = effective.get(index)
      return found !== undefined && isDeepStrictEqual(found, decision)
        ? null
        : `${node} was told that ${decision.type} was decided at ${index}, where there is ${found?.type ?? 'nothing'}`
    },
  }
}
