import type { Checker, CreateChecker, Observation, World } from '../observation.ts'
import { CHECKERS } from './index.ts'

/** All checkers of one run. */
export interface Jury {
  /** Shows an observation to those who want to see its kind; `violate` is told how an invariant was broken. */
  judge(observation: Observation, violate: (checker: string, what: string) => void): void
}

export const createJury = (world: World, creators: readonly CreateChecker[] = CHECKERS): Jury => {
  const seers = new Map<Observation['type'], Checker[]>()
  for (const checker of creators.map((create) => create(world)))
    for (const type of checker.sees) seers.set(type, [...(seers.get(type) ?? []), checker])
  return {
    judge: (observation, violate) => {
      for (const checker of seers.get(observation.type) ?? []) {
        const what = checker.judge(observation)
        if (what !== null) violate(checker.name, what)
      }
    },
  }
}
