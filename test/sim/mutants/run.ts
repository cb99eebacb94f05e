/**
 * Hunts mutants by hand: `node test/sim/mutants/run.ts NAME... [--from SEED] [--runs N] [--json]`, `--all`, `--list`;
 * or a bug of your own: `--file F --find TEXT --replace TEXT`. One at a time.
 *
 * Prints a line for each: who named it, in which run and how. Exits with 1 when one was not named.
 */
import { parseArgs } from 'node:util'
import { type Change, hunt, MUTANTS } from './index.ts'

/** In how many runs a bug has to be found. */
const RUNS_MAX = 10_000

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    from: { type: 'string', default: '1' },
    runs: { type: 'string', default: String(RUNS_MAX) },
    file: { type: 'string' },
    find: { type: 'string' },
    replace: { type: 'string' },
  },
})

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const chosen = (): readonly (Change & { readonly name: string })[] => {
  const { file, find, replace } = values
  if (file !== undefined && find !== undefined && replace !== undefined)
    return [{ name: 'planted', file, find, replace }]
  if (values.all) return MUTANTS
  return positionals.map((name) => {
    const mutant = MUTANTS.find((known) => known.name === name)
    if (mutant === undefined) throw new Error(`there is no mutant ${name}; --list names them all`)
    return mutant
  })
}

const printHunt = async (change: Change & { readonly name: string }): Promise<boolean> => {
  const firstSeed = Number(values.from)
  const startedMs = performance.now()
  const caught = await hunt({ change, firstSeed, runs: Number(values.runs) })
  const runs = caught === null ? Number(values.runs) : caught.seed - firstSeed + 1
  const seconds = Number(((performance.now() - startedMs) / 1000).toFixed(1))
  if (values.json) print(JSON.stringify({ mutant: change.name, runs, seconds, caught }))
  else if (caught === null) print(`${change.name}: NOT FOUND in ${runs} runs, ${seconds} s`)
  else
    print(
      `${change.name}: ${caught.checker}, run ${runs}, seed ${caught.seed}, ${seconds} s\n    ${caught.what}`,
    )
  return caught !== null
}

if (values.list) for (const { name, what } of MUTANTS) print(`${name}: ${what}`)
else {
  for (const change of chosen()) if (!(await printHunt(change))) process.exitCode = 1
}
