import { doesNotThrow, equal, ok, throws } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { changed, hunt, MUTANTS, ROOT } from './index.ts'

/** What hides for longer has its own first seed. */
const RUNS_MAX = 100
/** A busy machine plays a run of whole nodes in seconds. */
const HUNT_TIMEOUT_MS = 300_000

const sourceOf = (file: string): string => readFileSync(new URL(file, ROOT), 'utf8')

describe('mutants', () => {
  it('change one place of the present source, and leave what can be loaded', () => {
    for (const mutant of MUTANTS)
      doesNotThrow(() => stripTypeScriptTypes(changed(sourceOf(mutant.file), mutant)), mutant.name)
  })

  it('have a name each', () => {
    equal(new Set(MUTANTS.map(({ name }) => name)).size, MUTANTS.length)
  })

  it('are refused where the source says something else, or says it twice', () => {
    throws(() => changed('a b', { file: 'f.ts', find: 'c', replace: '' }), /f\.ts does not say "c"/)
    throws(() => changed('a b a', { file: 'f.ts', find: 'a', replace: '' }), /f\.ts says more than once "a"/)
  })

  it('are not made of a file that the simulator does not use', async () => {
    const change = { file: 'cli/nowhere.ts', find: 'a', replace: 'b' }
    const told = await hunt({ change, firstSeed: 1, runs: 1 }).catch((error: Error) => error.message)
    equal(told, 'the simulator does not use cli/nowhere.ts')
  })
})

describe('the checkers see that', () => {
  for (const { name, what, caughtBy, near, kind, faults, ...change } of MUTANTS) {
    it(`${what} (${name})`, async function () {
      this.timeout(HUNT_TIMEOUT_MS)
      const firstSeed = near?.seed ?? 1
      const caught = await hunt({ change, kind, faults, firstSeed, runs: RUNS_MAX })
      ok(caught !== null, `not seen within ${RUNS_MAX} runs from seed ${firstSeed}`)
      ok(caughtBy.includes(caught.checker), `${caught.checker} in seed ${caught.seed}: ${caught.what}`)
    })
  }
})
