import type { Random } from '../../ports/clock.ts'
import { between, chance, pick, type Range } from '../random.ts'
import type { Behaviour, BehaviourOf } from './types.ts'

/** Of an image of some ten megabytes over a home's line, in milliseconds. */
const PULL_MS: Range = [500, 8_000]
/** Making the container's file system and namespaces, in milliseconds. */
const START_MS: Range = [100, 900]
/** What a program that listens takes to end, in milliseconds. */
const TERM_MS: Range = [5, 3_000]
/** Of a program that falls over soon, in milliseconds. */
const CRASH_MS: Range = [50, 5_000]
/** Of work that is done at some time, in milliseconds. */
const WORK_MS: Range = [2_000, 40_000]
/** Share of the starts of a flaky image that the engine refuses. */
const FLAKY_RATIO = 0.3

/** Nothing goes wrong: one second to pull, a quarter to start, runs until it is asked to stop, and then stops. */
export const QUIET: Behaviour = {
  pullMs: 1_000,
  startMs: 250,
  refusal: null,
  prints: [],
  ends: null,
  onTerm: { afterMs: 50, exitCode: 0, prints: [] },
}

/** What an image is like, on whatever machine. */
const CHARACTERS = [
  'steady',
  'steady',
  'steady',
  'worker',
  'crashing',
  'deaf',
  'flaky',
  'unavailable',
] as const

const behave = (random: Random, character: (typeof CHARACTERS)[number]): Behaviour => {
  const steady: Behaviour = {
    ...QUIET,
    pullMs: between(random, PULL_MS),
    startMs: between(random, START_MS),
    onTerm: { afterMs: between(random, TERM_MS), exitCode: 0, prints: [] },
  }
  switch (character) {
    case 'steady':
      return steady
    case 'worker':
      return { ...steady, ends: { afterMs: between(random, WORK_MS), exitCode: 0 } }
    case 'crashing':
      return { ...steady, ends: { afterMs: between(random, CRASH_MS), exitCode: 1 } }
    case 'deaf':
      return { ...steady, onTerm: null }
    case 'flaky':
      return { ...steady, refusal: chance(random, FLAKY_RATIO) ? 'startFailed' : null }
    case 'unavailable':
      return { ...steady, pullMs: null }
  }
}

/** A character for each image, drawn when it is first met, and times for each start. */
export const createDrawnBehaviours = (random: Random): BehaviourOf => {
  const characters = new Map<string | null, (typeof CHARACTERS)[number]>()
  return ({ image }) => {
    const character = characters.get(image) ?? pick(random, CHARACTERS)
    characters.set(image, character)
    return behave(random, character)
  }
}
