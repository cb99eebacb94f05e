/**
 * Runs the simulator by hand: `npm run sim -- --seed N [--all]` replays one run, `npm run sim -- --runs N [--seed FIRST]
 * [--jobs N] [--json]` runs many; each as its seed has it, or all with `--kind whole`, `log`, `elections`, `upgrade`, `leases` or `recovery`, or with
 * certain faults alone: `--faults replaceDisk,loseLeader`; `--least-nodes 5` passes over the seeds with fewer machines. Exits with 1 where an invariant was broken.
 */
import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import {
  FAULT_NAMES,
  type FaultName,
  KINDS,
  type SimulationKind,
  type SimulationResult,
  simulate,
} from '../../node/simulation/index.ts'
import { startJobs } from './jobs.ts'

/** The end of a transcript is what a person looks at first. */
const LINES = 60

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string' },
    all: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    kind: { type: 'string' },
    faults: { type: 'string' },
    jobs: { type: 'string', default: '1' },
    'least-nodes': { type: 'string', default: '0' },
  },
})

/** The one of those that is called so. */
const named = <Name extends string>(option: string, names: readonly Name[], text: string): Name => {
  const found = names.find((name) => name === text)
  if (found === undefined) throw new Error(`--${option} is ${names.join(', ')}, not ${text}`)
  return found
}

/** What is not left to the seeds. */
const given: { readonly kind?: SimulationKind; readonly faults?: readonly FaultName[] } = {
  ...(values.kind !== undefined && { kind: named('kind', KINDS, values.kind) }),
  ...(values.faults !== undefined && {
    faults: values.faults.split(',').map((fault) => named('faults', FAULT_NAMES, fault)),
  }),
}

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
  const result = await simulate({ seed, ...given })
  printRun(result, values.all ? undefined : LINES)
  if (result.violations.length > 0) process.exitCode = 1
  else print(`seed ${seed} (${result.kind}): every invariant holds, after ${result.steps} steps`)
}

/** Runs of some kinds have five machines at most: with more than that wanted, none of them would ever be found. */
const LEAST_NODES_MAX = 5

const leastNodes = (): number => {
  const least = wholeNumber('least-nodes', values['least-nodes'])
  if (least > LEAST_NODES_MAX) throw new Error(`--least-nodes is at most ${LEAST_NODES_MAX}, not ${least}`)
  return least
}

const runMany = async (firstSeed: number, runs: number): Promise<void> => {
  const runAll = await startJobs(
    { firstSeed, runs, leastNodes: leastNodes(), ...given },
    wholeNumber('jobs', values.jobs),
  )
  const cpuBefore = process.cpuUsage()
  const startedMs = performance.now()
  const { broken: violations, nodes, virtualMs } = await runAll()
  const seconds = (performance.now() - startedMs) / 1000
  const cpu = process.cpuUsage(cpuBefore)
  const runsPerSecond = Number((runs / seconds).toFixed(1))
  const cpuMs = Math.round((cpu.user + cpu.system) / 1000 / runs)
  /** What one run plays on average: a figure of runs means nothing without it. */
  const played = {
    nodes: Number((nodes / runs).toFixed(2)),
    virtualSeconds: Number((virtualMs / 1000 / runs).toFixed(1)),
  }
  if (violations.length > 0) process.exitCode = 1
  if (values.json) {
    print(JSON.stringify({ commit: commitOf(), runs, runsPerSecond, cpuMs, played, violations }))
    return
  }
  for (const { seed } of violations) printRun(await simulate({ seed, ...given }), LINES)
  print(
    `${runs} runs of ${played.nodes} nodes and ${played.virtualSeconds} s, ${violations.length} broken, ${runsPerSecond} a second, ${cpuMs} ms of processor each`,
  )
}

const seed = wholeNumber('seed', values.seed)
if (values.runs === undefined) await replay(seed)
else await runMany(seed, wholeNumber('runs', values.runs))
