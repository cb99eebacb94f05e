/**
 * `npm run fuzz -- [--target NAME] [--frames N] [--seed N] [--json]`: frames against every decoder of foreign bytes.
 * `--frame N` runs one frame of one target again, after those that built its state; a find prints that line.
 * Exits with 1 on a find, a frame that took too long, or memory that was not given back.
 */
import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { retainedBytes } from '../node/network/retained.ts'
import { fuzzTarget } from './fuzz-target.ts'
import { breachesOf, rowOf, TABLE_HEAD, type TargetReport } from './report.ts'
import { Breach, type Target } from './target.ts'
import { TARGETS } from './targets/index.ts'

const FRAMES = 1_000_000
/** Frames before memory is looked at: code is compiled and caches are filled by then. */
const WARM_FRAMES = 2_000
const NAMES = TARGETS.map(({ name }) => name)
const USAGE = `usage: npm run fuzz -- [--target NAME] [--frames N] [--seed N] [--frame N] [--json]\ntargets: ${NAMES.join(' ')}`

const refuse = (why: string): never => {
  process.stderr.write(`${why}\n${USAGE}\n`)
  process.exit(1)
}

const given = () => {
  try {
    const { values } = parseArgs({
      options: {
        target: { type: 'string', multiple: true, default: [] },
        frames: { type: 'string' },
        seed: { type: 'string' },
        frame: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    })
    return values
  } catch (error) {
    return refuse((error as Error).message)
  }
}

const numberOf = (flag: string, text: string | undefined, absent: number): number => {
  const number = text === undefined ? absent : Number(text)
  return Number.isSafeInteger(number) && number >= 0 ? number : refuse(`--${flag} takes a whole number`)
}

const { target: names, json, ...texts } = given()
const unknown = names.find((name) => !NAMES.includes(name))
if (unknown !== undefined) refuse(`there is no target ${unknown}`)
const targets = names.length === 0 ? TARGETS : TARGETS.filter(({ name }) => names.includes(name))
const seed = numberOf('seed', texts.seed, 1)
const single = texts.frame === undefined ? null : numberOf('frame', texts.frame, 0)
const frames = single === null ? numberOf('frames', texts.frames, FRAMES) : 1

const run = async (target: Target): Promise<TargetReport> => {
  if (single === null) await fuzzTarget(target, { seed: seed + 1, from: 0, frames: WARM_FRAMES })
  const before = retainedBytes()
  const startedMs = performance.now()
  const counts = await fuzzTarget(target, { seed, from: single ?? 0, frames })
  const tookMs = performance.now() - startedMs
  return { ...counts, target: target.name, seed, tookMs, heapGrowthBytes: retainedBytes() - before }
}

const say = (line: string): void => {
  if (!json) process.stdout.write(`${line}\n`)
}

const commit = execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { encoding: 'utf8' }).trim()
const reports: TargetReport[] = []
const breaches: string[] = []
say(`commit ${commit}, node ${process.version}, seed ${seed}\n\n${TABLE_HEAD}`)
for (const target of targets) {
  try {
    const report = await run(target)
    reports.push(report)
    breaches.push(...breachesOf(report))
    say(rowOf(report))
  } catch (error) {
    if (!(error instanceof Breach)) throw error
    breaches.push(error.message)
    say(`| ${target.name} | found something, see below | | | | | |`)
  }
}
if (json)
  process.stdout.write(`${JSON.stringify({ commit, node: process.version, seed, reports, breaches })}\n`)
else for (const found of breaches) process.stderr.write(`\n${found}\n`)
process.exit(breaches.length === 0 ? 0 : 1)
