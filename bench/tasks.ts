/** What a daemon costs that knows 100,000 tasks, and how long it takes to know them again. */
import { readFileSync, rmSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import type { RunningDaemon } from '../test/support/daemons.ts'
import { eventually } from '../test/support/eventually.ts'
import { agreedLeader } from '../test/support/mesh-views.ts'
import { apply, PROCESSES_ONLY, sleeper } from '../test/support/task-views.ts'
import { createCompiledDaemons } from './parts/compiled.ts'
import type { LoopDelay } from './parts/loop-delay.ts'
import { fillWithTasks } from './parts/many-tasks.ts'
import { after, megabytes } from './parts/processes.ts'
import type { Benchmark } from './report.ts'

const RUNS = 3
const TASKS = 100_000
/** Enough entries of the log that a snapshot of all tasks is due at once. */
const IN_TAIL = 20_000
const WORK_SECONDS = 20
/** Changes of intent while the loop is watched. */
const CHANGE_EVERY_MS = 250

/** As JavaScript: what strips types in the daemon would be counted as its memory. */
const LOOP_DELAY = `data:text/javascript,${encodeURIComponent(
  stripTypeScriptTypes(readFileSync(new URL('./parts/loop-delay.ts', import.meta.url), 'utf8')),
)}`

/** How late the loop of `daemon` was since it was asked last. */
const loopDelayOf = async (daemon: RunningDaemon, path: string): Promise<LoopDelay> => {
  rmSync(path, { force: true })
  daemon.process.kill('SIGUSR2')
  return eventually('how late its loop was', () => JSON.parse(readFileSync(path, 'utf8')) as LoopDelay)
}

/** Edits of one service that runs nowhere: each is a revision, its acceptance and a round of the scheduler. */
const work = async (daemon: RunningDaemon): Promise<void> => {
  for (let change = 0; change < (WORK_SECONDS * 1000) / CHANGE_EVERY_MS; change++) {
    const spec = sleeper('bench', 'changing', { replicas: 0, saying: `change ${change}` })
    await apply(daemon, 'bench', { specs: [spec] })
    await after(CHANGE_EVERY_MS)
  }
}

/**
 * `reloadMs`: start of the process to its ready line; the peer is the same daemon before it had tasks. `rssMB`: after
 * the work. `loopDelay...`: how late the event loop was, 99.9 of 100 looks and all of them, while it loaded and during
 * 20 s of edits after that, in which the daemon also takes a snapshot.
 */
export const benchmark: Benchmark = async ({ runs, say }) => {
  const flags = ['--import', LOOP_DELAY]
  const emptyMs: number[] = []
  const reloadMs: number[] = []
  const rssMB: number[] = []
  const loading: LoopDelay[] = []
  const emptyLoading: LoopDelay[] = []
  const working: LoopDelay[] = []
  for (let run = 1; run <= (runs ?? RUNS); run++) {
    const daemons = await createCompiledDaemons(PROCESSES_ONLY, flags)
    const path = join(daemons.path, 'loop-delay.json')
    const env = { LOOP_DELAY_PATH: path }
    try {
      const founder = await daemons.start({ name: 'many', found: true, env })
      await founder.end('SIGTERM')
      const empty = await daemons.start({ name: 'many', env })
      emptyMs.push(empty.startMs)
      emptyLoading.push(await loopDelayOf(empty, path))
      await empty.end('SIGTERM')
      const told = (bytes: number): void => say(`a revision has ${bytes} bytes`)
      await fillWithTasks({ dataDir: empty.dataDir, tasks: TASKS, inTail: IN_TAIL, told })
      const daemon = await daemons.start({ name: 'many', env })
      reloadMs.push(daemon.startMs)
      loading.push(await loopDelayOf(daemon, path))
      await agreedLeader([daemon])
      await work(daemon)
      working.push(await loopDelayOf(daemon, path))
      rssMB.push(megabytes(daemon.process.pid as number, 'VmRSS'))
      const { maxMs } = working.at(-1) as LoopDelay
      say(
        `run ${run}: loaded in ${Math.round(daemon.startMs)} ms, ${Math.round(rssMB.at(-1) as number)} MB, the loop at most ${Math.round(loading.at(-1)?.maxMs ?? 0)} and ${Math.round(maxMs)} ms late`,
      )
    } finally {
      await daemons.close()
    }
  }
  return [
    { metric: 'rssMB', unit: 'MB', samples: rssMB },
    { metric: 'reloadMs', unit: 'ms', samples: reloadMs, peer: { name: 'without tasks', samples: emptyMs } },
    {
      metric: 'loopDelayReloadMaxMs',
      unit: 'ms',
      samples: loading.map(({ maxMs }) => maxMs),
      peer: { name: 'without tasks', samples: emptyLoading.map(({ maxMs }) => maxMs) },
    },
    { metric: 'loopDelayP999Ms', unit: 'ms', samples: working.map(({ p999Ms }) => p999Ms) },
    { metric: 'loopDelayMaxMs', unit: 'ms', samples: working.map(({ maxMs }) => maxMs) },
  ]
}
