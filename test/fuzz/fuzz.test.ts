import { fuzzTarget } from './fuzz-target.ts'
import { TARGETS } from './targets/index.ts'

const FRAMES = 10_000

describe('fuzzing', () => {
  const { stackTraceLimit } = Error
  before(() => {
    // The test runner keeps whole stacks, and a refusal is an error: most of the time would go into writing them down.
    Error.stackTraceLimit = 10
  })
  after(() => {
    Error.stackTraceLimit = stackTraceLimit
  })

  for (const target of TARGETS) {
    it(`${target.name}: ${FRAMES} frames are read or refused by code`, async () => {
      await fuzzTarget(target, { seed: 1, from: 0, frames: FRAMES })
    })
  }
})
