/** What a daemon costs that has nothing to do: a mesh of three, from the compiled build. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createDaemons, type RunningDaemon } from '../test/support/daemons.ts'
import type { Benchmark } from './report.ts'

/** Seconds over which the processor's time is counted, and before that, to settle. */
const WINDOW_SECONDS = 30
const SETTLE_SECONDS = 20
/** Clock ticks per second of /proc; fixed on Linux for user space. */
const TICKS_PER_SECOND = 100

const COMPILED = new URL('../dist/cli/main.js', import.meta.url)

/** Starts the compiled command, which the repository's own entry passes over for the sources. */
const ENTRY = `import(${JSON.stringify(COMPILED.href)}).then(({ main }) => main(process.argv.slice(1)))`

const kilobytes = (pid: number, field: string): number => {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8')
    .split('\n')
    .find((text) => text.startsWith(`${field}:`))
  return Number(/\d+/.exec(line ?? '')?.[0] ?? Number.NaN)
}

const cpuTicks = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return Number(fields[11]) + Number(fields[12])
}

const after = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000))

/** Percent of one core that each process used during the window. */
const cpuPercents = async (pids: readonly number[]): Promise<number[]> => {
  const before = pids.map(cpuTicks)
  await after(WINDOW_SECONDS)
  return pids.map(
    (pid, at) => ((cpuTicks(pid) - (before[at] ?? 0)) / TICKS_PER_SECOND / WINDOW_SECONDS) * 100,
  )
}

/**
 * `rssMB` and `rssAnonMB` after the last window, a sample per daemon; `cpuPercent` of one core, a sample per daemon and
 * window, of which there is one unless more are asked for.
 */
export const benchmark: Benchmark = async ({ runs, say }) => {
  if (!existsSync(fileURLToPath(COMPILED))) {
    throw new Error('there is no compiled build; run npm run build first')
  }
  const daemons = await createDaemons([process.execPath, '-e', ENTRY, '--'])
  try {
    const mesh = await daemons.mesh('a', 'b', 'c')
    say(`waiting ${SETTLE_SECONDS} s to settle, then measuring ${WINDOW_SECONDS} s`)
    await after(SETTLE_SECONDS)
    const pids = mesh.map(({ process }: RunningDaemon) => process.pid as number)
    const cpuPercent: number[] = []
    for (let run = 1; run <= (runs ?? 1); run++) cpuPercent.push(...(await cpuPercents(pids)))
    return [
      { metric: 'rssMB', unit: 'MB', samples: pids.map((pid) => kilobytes(pid, 'VmRSS') / 1024) },
      { metric: 'rssAnonMB', unit: 'MB', samples: pids.map((pid) => kilobytes(pid, 'RssAnon') / 1024) },
      { metric: 'cpuPercent', unit: '%', samples: cpuPercent },
    ]
  } finally {
    await daemons.close()
  }
}
