/**
 * Each hunt begins at the seed that named its mutant last, which `seen.json` keeps: whatever draws otherwise moves it.
 * `COTERIE_REWRITE=1` writes the seeds that name them now.
 */
import { deepEqual, doesNotThrow, equal, ok, throws } from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { type Catch, changed, hunt, MUTANTS, type Mutant, ROOT } from './index.ts'

/** From the seed that named it last. */
const RUNS_MAX = 100
/** A busy machine plays a run of whole nodes in seconds. */
const HUNT_TIMEOUT_MS = 300_000

const SEEN = new URL('seen.json', import.meta.url)
const seen = JSON.parse(readFileSync(SEEN, 'utf8')) as Record<string, number>

const sourceOf = (file: string): string => readFileSync(new URL(file, ROOT), 'utf8')

describe('mutants', () => {
  it('change one place of the present source, and leave what can be loaded', () => {
    for (const mutant of MUTANTS)
      doesNotThrow(() => stripTypeScriptTypes(changed(sourceOf(mutant.file), mutant)), mutant.name)
  })

  it('have a name each', () => {
    equal(new Set(MUTANTS.map(({ name }) => name)).size, MUTANTS.length)
  })

  it('were each seen in some run', () => {
    deepEqual(
      Object.keys(seen),
      MUTANTS.map(({ name }) => name),
      'run this with COTERIE_REWRITE=1',
    )
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

/** Begun one test ahead, so that two processors have work: no other tests take as long as these. */
const beginHunts = () => {
  const begun = new Map<Mutant, Promise<Catch | null>>()
  const begin = (mutant: Mutant): Promise<Catch | null> => {
    const { name, kind, faults, file, find, replace } = mutant
    const init = { change: { file, find, replace }, kind, faults, firstSeed: seen[name] ?? 1, runs: RUNS_MAX }
    const present = begun.get(mutant) ?? hunt(init)
    begun.set(mutant, present)
    return present
  }
  return (at: number): Promise<Catch | null> => {
    const next = MUTANTS[at + 1]
    // Its own test tells of its failure.
    if (next !== undefined) begin(next).catch(() => undefined)
    return begin(MUTANTS[at] as Mutant)
  }
}

describe('the checkers see that', () => {
  const huntFor = beginHunts()
  const now = new Map<string, number>()
  for (const [at, mutant] of MUTANTS.entries()) {
    const { name, what, caughtBy } = mutant
    it(`${what} (${name})`, async function () {
      this.timeout(HUNT_TIMEOUT_MS)
      const caught = await huntFor(at)
      ok(caught !== null, `not seen within ${RUNS_MAX} runs from seed ${seen[name]}`)
      ok(caughtBy.includes(caught.checker), `${caught.checker} in seed ${caught.seed}: ${caught.what}`)
      now.set(name, caught.seed)
    })
  }

  after(() => {
    if (process.env.COTERIE_REWRITE !== '1') return
    const seeds = MUTANTS.map(({ name }) => [name, now.get(name) ?? seen[name] ?? 1])
    writeFileSync(SEEN, `${JSON.stringify(Object.fromEntries(seeds), null, 2)}\n`)
  })
})
