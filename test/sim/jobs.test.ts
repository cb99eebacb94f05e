/** Many seeds in several threads: `npm run sim -- --runs N --jobs N`. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { outcomeOf } from '../cli/coterie.ts'
import { type Change, MUTANTS } from './mutants/index.ts'

const RUN = fileURLToPath(new URL('run.ts', import.meta.url))
const PLANT = new URL('mutants/plant.ts', import.meta.url).href

/** Runs seven seeds, with the change in what every thread loads. */
const runSeeds = ({ file, find, replace }: Change, jobs: number) => {
  const planting = `import { plant } from '${PLANT}'; plant(${JSON.stringify({ file, find, replace })})`
  const preload = `--import=data:text/javascript,${encodeURIComponent(planting)}`
  const words = ['--runs', '7', '--kind', 'elections', '--json', '--jobs', String(jobs)]
  return outcomeOf(spawn(process.execPath, [preload, RUN, ...words]))
}

describe('the jobs of a simulator', () => {
  it('come to the same verdicts, in the order of their seeds, as one job alone', async () => {
    const frequent = MUTANTS.find(({ name }) => name === 'vote-outlives-its-term') as Change
    const [alone, shared] = await Promise.all([1, 3].map((jobs) => runSeeds(frequent, jobs)))
    const [{ violations }, told] = [alone, shared].map((outcome) => JSON.parse(outcome?.stdout ?? ''))
    assert.ok(violations.length > 0)
    assert.deepEqual(told.violations, violations)
    assert.deepEqual([alone?.code, shared?.code], [1, 1])
  })

  it('pass over the seeds with fewer machines than are asked for', async () => {
    const words = ['--runs', '4', '--kind', 'elections', '--least-nodes', '5', '--json', '--jobs', '2']
    const { stdout } = await outcomeOf(spawn(process.execPath, [RUN, ...words]))
    const { runs, played, violations } = JSON.parse(stdout)
    // More than five do not elect there.
    assert.deepEqual({ runs, nodes: played.nodes, violations }, { runs: 4, nodes: 5, violations: [] })
  })

  for (const [how, replace, told] of [
    ['ends', 'process.exit(3)', /a job ended with 3 and without a word/],
    ['throws', "throw new Error('out of luck')", /out of luck/],
  ] as const) {
    it(`are no good where one of them ${how}, which is told`, async () => {
      const find = 'const broken: Broken[] = []'
      const file = 'test/sim/seeds-worker.ts'
      const change = { file, find, replace: `if (firstSeed === 2) ${replace}\n  ${find}` }
      const { code, stdout, stderr } = await runSeeds(change, 2)
      assert.deepEqual({ code, stdout }, { code: 1, stdout: '' })
      assert.match(stderr, told)
    })
  }
})
