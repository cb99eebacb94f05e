/**
 * Hunts mutants by hand: `node test/sim/mutants/run.ts NAME... [--from SEED] [--runs N] [--jobs N] [--json | --table]`,
 * or `--all`, or `--list`; or a bug of your own: `--file F --find TEXT --replace TEXT [--kind KIND] [--faults NAME,...]`.
 *
 * Prints a line for each: who named it, in which run and how. Exits with 1 when one was not named.
 */
import { parseArgs } from 'node:util'
import { FAULT_NAMES, type FaultName, KINDS } from '../../../node/simulation/index.ts'
import { type Catch, type Change, hunt, MUTANTS, type Mutant } from './index.ts'

/** In how many runs a bug has to be found. */
const RUNS_MAX = 10_000

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    table: { type: 'boolean', default: false },
    from: { type: 'string', default: '1' },
    runs: { type: 'string', default: String(RUNS_MAX) },
    jobs: { type: 'string', default: '1' },
    file: { type: 'string' },
    find: { type: 'string' },
    replace: { type: 'string' },
    kind: { type: 'string', default: 'whole' },
    faults: { type: 'string' },
  },
})

interface Quarry extends Change, Pick<Mutant, 'kind' | 'faults'> {
  readonly name: string
  readonly what: string
}

interface Hunted {
  readonly quarry: Quarry
  readonly runs: number
  readonly seconds: number
  readonly caught: Catch | null
}

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const faultsIn = (text: string): readonly FaultName[] =>
  text.split(',').map((word) => {
    const fault = FAULT_NAMES.find((name) => name === word)
    if (fault === undefined) throw new Error(`--faults are ${FAULT_NAMES.join(', ')}, not ${word}`)
    return fault
  })

const chosen = (): readonly Quarry[] => {
  const { file, find, replace } = values
  if (file !== undefined && find !== undefined && replace !== undefined) {
    const kind = KINDS.find((known) => known === values.kind)
    if (kind === undefined) throw new Error(`--kind is ${KINDS.join(', ')}, not ${values.kind}`)
    const own = { name: 'planted', what: 'a bug of your own', kind, file, find, replace }
    return [values.faults === undefined ? own : { ...own, faults: faultsIn(values.faults) }]
  }
  if (values.all) return MUTANTS
  return positionals.map((name) => {
    const mutant = MUTANTS.find((known) => known.name === name)
    if (mutant === undefined) throw new Error(`there is no mutant ${name}; --list names them all`)
    return mutant
  })
}

const huntOne = async (quarry: Quarry): Promise<Hunted> => {
  const [firstSeed, runsMax] = [Number(values.from), Number(values.runs)]
  const { kind, faults, file, find, replace } = quarry
  const startedMs = performance.now()
  const caught = await hunt({ change: { file, find, replace }, kind, faults, firstSeed, runs: runsMax })
  const runs = caught === null ? runsMax : caught.seed - firstSeed + 1
  return { quarry, runs, seconds: (performance.now() - startedMs) / 1_000, caught }
}

const describe = ({ quarry: { name, what }, runs, seconds, caught }: Hunted): string => {
  if (values.json) return JSON.stringify({ mutant: name, runs, seconds, caught })
  if (values.table) return `| \`${name}\` | ${what} | \`${caught?.checker ?? 'nobody'}\` | ${runs} |`
  const spent = `${runs} runs, ${seconds.toFixed(1)} s`
  return caught === null
    ? `${name}: NOT FOUND in ${spent}`
    : `${name}: ${caught.checker} in seed ${caught.seed}, after ${spent}\n    ${caught.what}`
}

/** Takes one after the other from what is left, until nothing is. */
const work = async (left: Quarry[]): Promise<void> => {
  for (let next = left.shift(); next !== undefined; next = left.shift()) {
    const hunted = await huntOne(next)
    print(describe(hunted))
    if (hunted.caught === null) process.exitCode = 1
  }
}

if (values.list) for (const { name, what } of MUTANTS) print(`${name}: ${what}`)
else {
  const left = [...chosen()]
  await Promise.all(Array.from({ length: Number(values.jobs) }, () => work(left)))
}
