import { deepEqual, equal, notDeepEqual } from 'node:assert/strict'
import { KINDS, runSeeds, type SimulationResult, simulate } from '../../node/simulation/index.ts'
import { KEPT_SEEDS } from './seeds.ts'

/** As many as a test may take; more are run by hand. */
const RUNS = 25
/** On a machine that does other things too. */
const TIMEOUT_MS = 300_000

/** What a person needs to see of a broken run. */
const report = ({ seed, violations, transcript }: SimulationResult): string =>
  [`seed ${seed}: ${JSON.stringify(violations)}`, ...transcript.lines(30)].join('\n')

describe('a simulated mesh', () => {
  it('does the same again for the same seed', async () => {
    for (const kind of KINDS)
      for (const seed of [1, 2, 3]) {
        const [first, again] = [await simulate({ seed, kind }), await simulate({ seed, kind })]
        equal(again.steps, first.steps)
        deepEqual(again.transcript.lines(), first.transcript.lines())
      }
  })

  it('plays all kinds, and the same run whether its kind was asked for or drawn', async () => {
    const drawn = []
    for (const seed of [3, 4, 10, 13, 41, 213]) drawn.push(await simulate({ seed }))
    deepEqual([...new Set(drawn.map(({ kind }) => kind))].sort(), [...KINDS].sort())
    for (const { seed, kind, transcript } of drawn)
      deepEqual((await simulate({ seed, kind })).transcript.lines(), transcript.lines())
  })

  it('does something else for another seed', async () => {
    const [one, other] = [await simulate({ seed: 1 }), await simulate({ seed: 2 })]
    notDeepEqual(one.transcript.lines(), other.transcript.lines())
  })

  it('keeps every invariant through faults of processes, links, disks, clocks, engines and voters', async () => {
    const { broken } = await runSeeds({ firstSeed: 1, runs: RUNS })
    equal(broken.length, 0, broken.map(report).join('\n\n'))
  }).timeout(TIMEOUT_MS)

  for (const { found, ...init } of KEPT_SEEDS) {
    it(`keeps every invariant in seed ${init.seed}, which once found: ${found}`, async () => {
      const result = await simulate(init)
      deepEqual(result.violations, [], report(result))
    })
  }

  it('meets faults, elections and commits', async () => {
    const { transcript } = await simulate({ seed: 1 })
    const lines = transcript.lines()
    for (const word of ['fault: ', ' ended', ' is leader ', ' committed '])
      equal(
        lines.some((line) => line.includes(word)),
        true,
        `nothing of "${word}" in the transcript`,
      )
  })
})
