/**
 * Runs the simulator by hand: `npm run sim -- --seed N [--all]` replays one run, `npm run sim -- --runs N [--seed FIRST]
 * [--json]` runs many; each as its seed has it, or all with `--kind whole`, `log` or `elections`. Exits with 1 where an invariant was broken.
 */
import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import {
  KINDS,
  runSeeds,
  type SimulationKind,
  type SimulationResult,
  simulate,
} from '../../node/simulation/index.ts'

/** The end of a transcript is what a person looks at first. */
const LINES = 60

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string' },
    all: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    kind: { type: 'string' },
  },
})

const kindOf = (text: string | undefined): SimulationKind | undefined => {
  if (text === undefined) return undefined
  const kind = KINDS.find((known) => known === text)
  if (kind === undefined) throw new Error(`--kind is ${KINDS.join(', ')}, not ${text}`)
  return kind
}

const kind = kindOf(values.kind)
const ofKind = kind === undefined ? {} : { kind }

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const wholeNumber = (name: string, text: string): number => {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`--${name} is a whole number, not ${text}`)
  return number
}

const printRun = (
  { seed, kind, violations, transcript }: SimulationResult,
  lines: number | undefined,
): void => {
  for (const line of transcript.lines(lines)) print(line)
  for (const { checker, what, atMs } of violations)
    print(`seed ${seed} (${kind}) broke ${checker} at ${atMs.toFixed(3)} ms: ${what}`)
}

const commitOf = (): string => {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty', '--abbrev=40'], {
      encoding: 'utf8',
    }).trim()
  } catch {
    return 'unknown'
  }
}

const replay = async (seed: number): Promise<void> => {
  const result = await simulate({ seed, ...ofKind })
  printRun(result, values.all ? undefined : LINES)
  if (result.violations.length > 0) process.exitCode = 1
  else print(`seed ${seed} (${result.kind}): every invariant holds, after ${result.steps} steps`)
}

const runMany = async (firstSeed: number, count: number): Promise<void> => {
  const cpuBefore = process.cpuUsage()
  const startedMs = performance.now()
  const { runs, broken } = await runSeeds({ firstSeed, runs: count, ...ofKind })
  const seconds = (performance.now() - startedMs) / 1000
  const cpu = process.cpuUsage(cpuBefore)
  const violations = broken.flatMap(({ seed, violations: [first] }) =>
    first === undefined ? [] : [{ seed, invariant: first.checker }],
  )
  const runsPerSecond = Number((runs / seconds).toFixed(1))
  const cpuMs = Math.round((cpu.user + cpu.system) / 1000 / runs)
  if (violations.length > 0) process.exitCode = 1
  if (values.json) {
    print(JSON.stringify({ commit: commitOf(), runs, runsPerSecond, cpuMs, violations }))
    return
  }
  for (const result of broken) printRun(result, LINES)
  print(`${runs} runs, ${violations.length} broken, ${runsPerSecond} a second, ${cpuMs} ms of processor each`)
}

const seed = wholeNumber('seed', values.seed)
if (values.runs === undefined) await replay(seed)
else await runMany(seed, wholeNumber('runs', values.runs))
