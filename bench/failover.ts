/** How long a stateless replica is away when the node that runs it falls silent, as behind a cut cable. */
import { processTree } from '../cli/demo/process-tree.ts'
import { createDaemons, type RunningDaemon } from '../test/support/daemons.ts'
import { eventually } from '../test/support/eventually.ts'
import { agreedLeader, allAlive, byId, settledVoters } from '../test/support/mesh-views.ts'
import {
  deploy,
  onlyPrograms,
  PROCESSES_ONLY,
  runningOn,
  serviceTasks,
  sleeper,
} from '../test/support/task-views.ts'
import type { Benchmark } from './report.ts'

const RUNS = 10

const signalAll = (pids: readonly number[], signal: NodeJS.Signals): void => {
  for (const pid of pids) process.kill(pid, signal)
}

const settled = async (mesh: readonly RunningDaemon[]): Promise<void> => {
  await allAlive(mesh, mesh.length)
  await agreedLeader(mesh)
  await settledVoters(mesh, mesh.length)
}

/** Silences one leader after the other until `wanted` leads. */
const makeLead = async (mesh: readonly RunningDaemon[], wanted: string): Promise<void> => {
  for (let leader = await agreedLeader(mesh); leader !== wanted; leader = await agreedLeader(mesh)) {
    const silent = byId(mesh, leader)
    const others = mesh.filter((daemon) => daemon !== silent)
    silent.process.kill('SIGSTOP')
    await agreedLeader(others, leader)
    silent.process.kill('SIGCONT')
    await settled(mesh)
  }
}

/**
 * `failoverMs`: SIGSTOP of a daemon and of all that it runs, to a task of the same service that another daemon tells
 * to run elsewhere; polled every few milliseconds. In every second round the silent node is the leader, and an
 * election comes first; the same samples again by what it was.
 */
export const benchmark: Benchmark = async ({ runs, say }) => {
  const daemons = await createDaemons(undefined, PROCESSES_ONLY)
  const service = sleeper('bench', 'failover')
  const samples: { readonly ms: number; readonly led: boolean }[] = []
  try {
    const mesh = await daemons.mesh('a', 'b', 'c')
    await settled(mesh)
    const [first] = mesh
    if (first !== undefined) await deploy(first, service)
    for (let run = 1; run <= (runs ?? RUNS); run++) {
      const [old] = await runningOn(mesh, service)
      if (old === undefined) throw new Error('the service runs nowhere')
      if (run % 2 === 0) await makeLead(mesh, old.node)
      const led = (await agreedLeader(mesh)) === old.node
      const silent = byId(mesh, old.node)
      const others = mesh.filter((daemon) => daemon !== silent)
      const pids = processTree(silent.process.pid as number)
      const startMs = performance.now()
      signalAll(pids, 'SIGSTOP')
      await eventually('the service runs elsewhere', async () => {
        const views = await Promise.all(others.map((daemon) => serviceTasks(daemon, service)))
        return views.flat().some(({ node, state }) => node !== old.node && state === 'running')
      })
      const ms = performance.now() - startMs
      samples.push({ ms, led })
      signalAll(pids, 'SIGCONT')
      await settled(mesh)
      await onlyPrograms(service, await runningOn(mesh, service))
      say(`run ${run}: ${Math.round(ms)} ms, the silent node ${led ? 'led' : 'did not lead'}`)
    }
  } finally {
    await daemons.close()
  }
  const of = (metric: string, which: (led: boolean) => boolean) => ({
    metric,
    unit: 'ms',
    samples: samples.filter(({ led }) => which(led)).map(({ ms }) => ms),
  })
  return [
    of('failoverMs', () => true),
    of('failoverOfLeaderMs', (led) => led),
    of('failoverOfOtherMs', (led) => !led),
  ].filter((figure) => figure.samples.length > 0)
}
