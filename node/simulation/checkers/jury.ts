import type { ConsensusMessage } from '../../../protocols/consensus/index.ts'
import type { Checker, CreateChecker, Observation, Sight, World } from '../observation.ts'
import { CHECKERS } from './index.ts'

/** All checkers of one run. */
export interface Jury {
  /** Shows an observation to those who want to see its kind; `violate` is told how an invariant was broken. */
  judge(observation: Observation, violate: (checker: string, what: string) => void): void
}

/** Those who want to see something, for each that it may be; found once, when it is first met. */
const createSeers = <Met>(checkers: readonly Checker[], sightsOf: (met: Met) => readonly Sight[]) => {
  const seers = new Map<Met, readonly Checker[]>()
  return (met: Met): readonly Checker[] => {
    const known = seers.get(met)
    if (known !== undefined) return known
    const sights = sightsOf(met)
    const found = checkers.filter(({ sees }) => sees.some((sight) => sights.includes(sight)))
    seers.set(met, found)
    return found
  }
}

export const createJury = (world: World, creators: readonly CreateChecker[] = CHECKERS): Jury => {
  const checkers = creators.map((create) => create(world))
  const seersOf = createSeers(checkers, (type: Observation['type']) => [type])
  const hearersOf = createSeers(checkers, (type: ConsensusMessage['type']) => ['sent', `sent ${type}`])
  const firstSeersOf = createSeers(checkers, (type: 'applied' | 'committed') => [type, `first ${type}`])
  let appliedToken = 0
  let committedIndex = 0

  const judgesOf = (observation: Observation): readonly Checker[] => {
    switch (observation.type) {
      case 'sent':
        return hearersOf(observation.message.type)
      case 'applied':
        if (observation.token <= appliedToken) return seersOf('applied')
        appliedToken = observation.token
        return firstSeersOf('applied')
      case 'committed': {
        const index = observation.entries.at(-1)?.index ?? 0
        if (index <= committedIndex) return seersOf('committed')
        committedIndex = index
        return firstSeersOf('committed')
      }
      default:
        return seersOf(observation.type)
    }
  }

  return {
    judge: (observation, violate) => {
      for (const checker of judgesOf(observation)) {
        const what = checker.judge(observation)
        if (what !== null) violate(checker.name, what)
      }
    },
  }
}
