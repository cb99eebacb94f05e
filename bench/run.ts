/**
 * `npm run bench -- NAME [--runs N] [--json]`: one benchmark, as a table for people or one JSON object for scripts.
 * Speed is compared with a peer in the same run where there is one; nothing here is asserted by a test.
 */
import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import type { Benchmark } from './report.ts'
import { printTable, summarize } from './report.ts'

const BENCHMARKS = [
  'join',
  'revocation',
  'election',
  'idle',
  'failover',
  'deploy',
  'gateway',
  'proxy',
  'membership',
  'decisions',
  'tasks',
  'intent',
  'load',
  'flood',
]
const USAGE = `usage: npm run bench -- ${BENCHMARKS.join('|')} [--runs N] [--json]`

const refuse = (why: string): never => {
  process.stderr.write(`${why}\n`)
  process.exit(1)
}

const parse = () => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { runs: { type: 'string' }, json: { type: 'boolean', default: false } },
    })
  } catch (error) {
    return refuse(`${(error as Error).message}\n${USAGE}`)
  }
}

const { values, positionals } = parse()
const [name = '', ...more] = positionals
if (!BENCHMARKS.includes(name) || more.length > 0) refuse(USAGE)
const runs = values.runs === undefined ? null : Number(values.runs)
if (runs !== null && !(Number.isInteger(runs) && runs > 0)) refuse('--runs takes a whole number from 1 on')

const { benchmark } = (await import(`./${name}.ts`)) as { benchmark: Benchmark }
const samples = await benchmark({
  runs,
  say: (line) => void process.stderr.write(`${line}\n`),
})
const results = samples.map(summarize)
const commit = execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { encoding: 'utf8' }).trim()
const report = { bench: name, commit, node: process.version, results }
if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`)
else printTable(report)
