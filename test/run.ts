/**
 * `npm test`: every test, in three processes at a time. What only computes is one group, and gives way wherever others want a processor; the
 * other files, which wait most of their time for elections, leases, engines and browsers, are taken in groups of a few by whoever is free.
 * What a group says is shown when it has ended. At the end stands what failed, once more, and the sum of all. What is given is given to
 * mocha: `npm test -- --grep WORDS`.
 */
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { makeVendored } from './support/vendored.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const { PRIORITY_NORMAL, PRIORITY_BELOW_NORMAL } = constants.priority

/** With more, what waits for an election waits for a processor. */
const PROCESSES = 3

/** Tests that listen nowhere, and know only a virtual clock. */
const COMPUTED = 'test/{cli/sim,crdt,fuzz,house,node/simulation,protocols,sim}/**/*.test.ts'
/** Tests whose containers have the same names on the one engine of this machine. */
const ENGINE = 'test/node/agent/docker-runtime/*.test.ts'
/** Tests of whole daemons. */
const DAEMONS = 'test/e2e/*.test.ts'

interface Group {
  readonly files: readonly string[]
  readonly priority: number
}

interface Outcome {
  readonly code: number | null
  readonly said: string
}

const filesOf = (pattern: string): readonly string[] => globSync(pattern, { cwd: root }).sort()

const inGroups = (files: readonly string[], size: number): readonly Group[] =>
  Array.from({ length: Math.ceil(files.length / size) }, (_, at) => ({
    files: files.slice(at * size, (at + 1) * size),
    priority: PRIORITY_NORMAL,
  }))

/** What takes longest comes first, so that all end together. */
const allGroups = (): Group[] => {
  const [computed, daemons, engine] = [COMPUTED, DAEMONS, ENGINE].map(filesOf) as [
    string[],
    string[],
    string[],
  ]
  const apart = new Set([...computed, ...daemons, ...engine])
  const rest = filesOf('test/**/*.test.ts').filter((file) => !apart.has(file))
  return [
    { files: computed, priority: PRIORITY_BELOW_NORMAL },
    { files: engine, priority: PRIORITY_NORMAL },
    ...inGroups(daemons, 4),
    ...inGroups(rest, 12),
  ]
}

/** Runs mocha to its end. */
const runMocha = async ({ files, priority }: Group): Promise<Outcome> => {
  const colour = process.stdout.isTTY ? ['--color'] : []
  const mocha = fileURLToPath(import.meta.resolve('mocha/bin/mocha.js'))
  const child = spawn(process.execPath, [mocha, ...files, ...colour, ...process.argv.slice(2)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (child.pid !== undefined) setPriority(child.pid, priority)
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>()
  child.once('error', reject)
  child.once('close', (code) => resolve({ code, said }))
  return promise
}

/** Takes one group after the other from what is left, until nothing is. */
const work = async (left: Group[], outcomes: Outcome[]): Promise<void> => {
  for (let next = left.shift(); next !== undefined; next = left.shift()) {
    const outcome = await runMocha(next)
    process.stdout.write(outcome.said)
    outcomes.push(outcome)
  }
}

/** What its last line counts: passed, failed, skipped. Null where there is no such line. */
const countsIn = ({ said }: Outcome): readonly number[] | null => {
  const last = /(\d+) passed, (\d+) failed, (\d+) skipped\s*$/.exec(stripVTControlCharacters(said))
  return last === null ? null : last.slice(1).map(Number)
}

/** What mocha says of its failures, which is behind everything else. */
const failuresIn = ({ said }: Outcome): string =>
  /^ {2}\d+ failing\n.*/ms.exec(stripVTControlCharacters(said))?.[0] ?? ''

await makeVendored()
const left = allGroups()
const outcomes: Outcome[] = []
await Promise.all(Array.from({ length: PROCESSES }, () => work(left, outcomes)))

const counts = outcomes.map((outcome) => countsIn(outcome) ?? [0, 0, 0])
const sum = (at: number): number => counts.reduce((total, each) => total + (each[at] as number), 0)
process.stdout.write(outcomes.map(failuresIn).join(''))
if (outcomes.some((outcome) => countsIn(outcome) === null))
  process.stdout.write('\nA process ended before all of its tests had run.\n')
process.stdout.write(`\nAll together:\n${sum(0)} passed, ${sum(1)} failed, ${sum(2)} skipped\n`)
process.exitCode = outcomes.every((outcome) => outcome.code === 0 && countsIn(outcome) !== null) ? 0 : 1
