/** What a daemon costs that has nothing to do: a mesh of three, from the compiled build. */
import type { RunningDaemon } from '../test/support/daemons.ts'
import { createCompiledDaemons } from './parts/compiled.ts'
import { after, cpuSeconds, megabytes } from './parts/processes.ts'
import type { Benchmark } from './report.ts'

/** Seconds over which the processor's time is counted, and before that, to settle. */
const WINDOW_SECONDS = 30
const SETTLE_SECONDS = 20
/** Percent of one core that each process used during the window. */
const cpuPercents = async (pids: readonly number[]): Promise<number[]> => {
  const before = pids.map(cpuSeconds)
  await after(WINDOW_SECONDS * 1000)
  return pids.map((pid, at) => ((cpuSeconds(pid) - (before[at] ?? 0)) / WINDOW_SECONDS) * 100)
}

/**
 * `rssMB` and `rssAnonMB` after the last window, a sample per daemon; `cpuPercent` of one core, a sample per daemon and
 * window, of which there is one unless more are asked for.
 */
export const benchmark: Benchmark = async ({ runs, say }) => {
  const daemons = await createCompiledDaemons()
  try {
    const mesh = await daemons.mesh('a', 'b', 'c')
    say(`waiting ${SETTLE_SECONDS} s to settle, then measuring ${WINDOW_SECONDS} s`)
    await after(SETTLE_SECONDS * 1000)
    const pids = mesh.map(({ process }: RunningDaemon) => process.pid as number)
    const cpuPercent: number[] = []
    for (let run = 1; run <= (runs ?? 1); run++) cpuPercent.push(...(await cpuPercents(pids)))
    return [
      { metric: 'rssMB', unit: 'MB', samples: pids.map((pid) => megabytes(pid, 'VmRSS')) },
      { metric: 'rssAnonMB', unit: 'MB', samples: pids.map((pid) => megabytes(pid, 'RssAnon')) },
      { metric: 'cpuPercent', unit: '%', samples: cpuPercent },
    ]
  } finally {
    await daemons.close()
  }
}
