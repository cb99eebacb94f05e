/** A mesh of three that is worked on for an hour: what it holds in memory stays the same. */
import { setTimeout as pause } from 'node:timers/promises'
import type { RunningDaemon } from '../../test/support/daemons.ts'
import { agreedLeader, settledVoters } from '../../test/support/mesh-views.ts'
import { apply, PROCESSES_ONLY, runningOn, sleeper } from '../../test/support/task-views.ts'
import { createCompiledDaemons } from '../parts/compiled.ts'
import { megabytes } from '../parts/processes.ts'
import { rounds, type SoakPart } from './part.ts'

/** Minutes; a round is one. */
const RUNS = 60
const PROJECT = 'soak-hour'
/** Changes in a minute: each a revision, its acceptance, tasks that end and tasks that begin. */
const CHANGES = 6
/** Share of the run that comes before the first figure: what a daemon loads once is loaded then. */
const WARM_UP = 0.25
/** Growth that counts as none. */
const GROWTH_MAX = 0.05

const rssOf = (mesh: readonly RunningDaemon[]): number =>
  mesh.reduce((sum, { process }) => sum + megabytes(process.pid as number, 'VmRSS'), 0) / mesh.length

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** `rssMB`: the mean of the three in the second quarter of the time, and in the last one. */
export const part: SoakPart = async (run) => {
  const daemons = await createCompiledDaemons(PROCESSES_ONLY)
  const rssMB: number[] = []
  try {
    const mesh = await daemons.mesh('a', 'b', 'c')
    await settledVoters(mesh, 3)
    const leader = await agreedLeader(mesh)
    const minutes = run.runs ?? RUNS
    const result = await rounds(run, minutes, async (number) => {
      const endMs = performance.now() + 60_000
      for (let change = 0; change < CHANGES; change++) {
        const saying = `minute ${number}, change ${change}`
        const spec = sleeper(PROJECT, 'web', { replicas: 1 + (change % 3), saying })
        await apply(mesh[change % 3] as RunningDaemon, PROJECT, { specs: [spec] })
        await runningOn(mesh, spec)
      }
      if (performance.now() < endMs)
        await pause(endMs - performance.now(), undefined, { signal: run.signal }).catch(() => undefined)
      rssMB.push(rssOf(mesh))
    })
    const warm = rssMB.slice(Math.floor(rssMB.length * WARM_UP))
    const half = Math.max(1, Math.floor(warm.length / 3))
    const [early, late] = [mean(warm.slice(0, half)), mean(warm.slice(-half))]
    const grown = late / early - 1
    const broken = [...result.broken]
    if (grown > GROWTH_MAX) broken.push(`memory grew by ${(grown * 100).toFixed(1)} %`)
    if ((await agreedLeader(mesh)) !== leader) broken.push('another node leads, though nobody fell silent')
    const figures = { earlyMB: early, lateMB: late, growthPercent: grown * 100 }
    return {
      ...result,
      broken,
      figures: Object.fromEntries(
        Object.entries(figures).map(([name, value]) => [name, Number(value.toFixed(2))]),
      ),
    }
  } finally {
    await daemons.close()
  }
}
