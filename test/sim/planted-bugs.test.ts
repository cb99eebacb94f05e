import { equal, ok } from 'node:assert/strict'
import { runSeeds } from '../../node/simulation/index.ts'
import { PLANTED_BUGS } from './planted-bugs.ts'

/** A bug that hides for longer would hide in the daily runs too. */
const SEEDS_MAX = 100

describe('the checkers', () => {
  for (const { bug, checkers, machine } of PLANTED_BUGS) {
    it(`see that ${bug}`, () => {
      const { broken } = runSeeds({
        firstSeed: 1,
        runs: SEEDS_MAX,
        machine,
        onRun: ({ violations }) => violations.length === 0,
      })
      equal(broken.length, 1, `not seen within ${SEEDS_MAX} seeds`)
      const named = broken[0]?.violations[0]
      ok(named !== undefined && checkers.includes(named.checker), `${named?.checker}: ${named?.what}`)
    })
  }
})
