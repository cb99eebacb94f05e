/**
 * `npm run soak -- [PART...] [--runs N]`: what takes too long for a test. All parts where none is named; `--runs` is for
 * each of them. Progress on standard error, one JSON object at the end, exit code 1 where something was broken.
 */
import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import type { SoakPart, SoakResult } from './part.ts'

const PARTS = ['leader-kills', 'partitions', 'namespaces', 'standstills', 'hour']
const USAGE = `usage: npm run soak -- [${PARTS.join('|')} ...] [--runs N]`

const refuse = (why: string): never => {
  process.stderr.write(`${why}\n`)
  process.exit(1)
}

const parse = () => {
  try {
    return parseArgs({ allowPositionals: true, options: { runs: { type: 'string' } } })
  } catch (error) {
    return refuse(`${(error as Error).message}\n${USAGE}`)
  }
}

const { values, positionals } = parse()
const names = positionals.length === 0 ? PARTS : positionals
if (names.some((name) => !PARTS.includes(name))) refuse(USAGE)
const runs = values.runs === undefined ? null : Number(values.runs)
if (runs !== null && !(Number.isInteger(runs) && runs > 0)) refuse('--runs takes a whole number from 1 on')

const giveUp = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => giveUp.abort())

const commit = execFileSync('git', ['describe', '--always', '--dirty', '--abbrev=12'], {
  encoding: 'utf8',
}).trim()
const parts: (SoakResult & { readonly part: string; readonly seconds: number })[] = []
for (const name of names) {
  if (giveUp.signal.aborted) break
  const { part } = (await import(`./${name}.ts`)) as { part: SoakPart }
  const startMs = performance.now()
  const say = (line: string): void => void process.stderr.write(`${name}: ${line}\n`)
  const result = await part({ runs, signal: giveUp.signal, say })
  for (const broken of result.broken) say(`broken: ${broken}`)
  parts.push({ part: name, seconds: Math.round((performance.now() - startMs) / 1000), ...result })
}
const date = new Date().toISOString().slice(0, 10)
process.stdout.write(`${JSON.stringify({ commit, date, node: process.version, parts })}\n`)
process.exitCode = parts.some(({ broken }) => broken.length > 0) ? 1 : 0
