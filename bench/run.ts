/**
 * `npm run bench -- NAME [--runs N] [--json]`: one benchmark, as a table for people or one JSON object for scripts.
 * Speed is compared with a peer in the same run where there is one; nothing here is asserted by a test.
 */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Benchmark } from './report.ts'
import { printTable, summarize } from './report.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string' }, json: { type: 'boolean', default: false } },
})
const [name] = positionals
const file = name === undefined ? null : new URL(`./${name}.ts`, import.meta.url)
const isBenchmark =
  file !== null && /^[a-z-]+$/.test(name ?? '') && !['run', 'report'].includes(name ?? '') && existsSync(file)
if (!isBenchmark) {
  process.stderr.write(
    'usage: npm run bench -- join|election|idle|failover|deploy|gateway [--runs N] [--json]\n',
  )
  process.exit(1)
}

const runs = values.runs === undefined ? null : Number(values.runs)
if (runs !== null && !(Number.isInteger(runs) && runs > 0)) {
  process.stderr.write('--runs takes a whole number from 1 on\n')
  process.exit(1)
}

const { benchmark } = (await import(file.href)) as { benchmark: Benchmark }
const samples = await benchmark({
  runs,
  say: (line) => void process.stderr.write(`${line}\n`),
})
const results = samples.map(summarize)
const commit = execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { encoding: 'utf8' }).trim()
const report = { bench: name, commit, node: process.version, results }
if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`)
else printTable(report)
