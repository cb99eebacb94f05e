/** How many decisions three voters on loopback make in a second, each synced by a majority; beside a bare LevelDB. */
import { join } from 'node:path'
import { Level } from 'level'
import { createVoters, type Voter } from './parts/voters.ts'
import type { Benchmark } from './report.ts'

const RUNS = 5
const OUTSTANDING = 64
const VOTERS = 3
/** Decisions of one run: several seconds of them, and in all runs more than make a snapshot. */
const DECISIONS = 8_000
const WARM_UP = 1_000

const perSecond = (count: number, ms: number): number => (count / ms) * 1000

/** Synced writes of one key each to one LevelDB, as many waiting at a time as there are decisions. */
const syncedPuts = async (path: string, count: number, bytes: number): Promise<number> => {
  const level = new Level<string, Uint8Array>(path, { valueEncoding: 'view' })
  await level.open()
  try {
    const value = new Uint8Array(bytes).fill(7)
    let next = 0
    const startMs = performance.now()
    const putOn = async (): Promise<void> => {
      while (next < count) await level.batch([{ type: 'put', key: `${next++}`, value }], { sync: true })
    }
    await Promise.all(Array.from({ length: OUTSTANDING }, putOn))
    return perSecond(count, performance.now() - startMs)
  } finally {
    await level.close()
  }
}

/**
 * `decisionsPerSecond`: assignments of tasks, 64 of which wait at any time, asked of the leader and applied there; a
 * sample per run. The peer writes records of the same size to one LevelDB, synced, 64 waiting, in turns with ours.
 */
export const benchmark: Benchmark = async ({ runs, say }) => {
  const voters = await createVoters()
  const ours: number[] = []
  const theirs: number[] = []
  try {
    const [leader] = (await voters.mesh(VOTERS)) as [Voter]
    const bytes = (await leader.ask({ type: 'prepare' })) as number
    const assign = async (from: number, count: number): Promise<number> =>
      (await leader.ask({ type: 'assign', from, count, outstanding: OUTSTANDING })) as number
    await assign(0, WARM_UP)
    for (let run = 1; run <= (runs ?? RUNS); run++) {
      const ms = await assign(WARM_UP + (run - 1) * DECISIONS, DECISIONS)
      ours.push(perSecond(DECISIONS, ms))
      theirs.push(await syncedPuts(join(voters.path, `peer-${run}`), DECISIONS, bytes))
      say(
        `run ${run}: ${Math.round(ours.at(-1) as number)}/s, LevelDB ${Math.round(theirs.at(-1) as number)}/s`,
      )
    }
  } finally {
    await voters.close()
  }
  return [
    {
      metric: 'decisionsPerSecond',
      unit: '1/s',
      samples: ours,
      peer: { name: 'LevelDB, synced', samples: theirs },
    },
  ]
}
