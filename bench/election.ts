/** How long a mesh of three is without a leader when the leader falls silent. */
import { createDaemons } from '../test/support/daemons.ts'
import { eventually } from '../test/support/eventually.ts'
import { agreedLeader, byId, settledVoters, statusOf } from '../test/support/mesh-views.ts'
import type { Benchmark } from './report.ts'

const RUNS = 10

/** `electionMs`: SIGSTOP of the leader to another node that leads; polled every few milliseconds. */
export const benchmark: Benchmark = async ({ runs, say }) => {
  const daemons = await createDaemons()
  const electionMs: number[] = []
  try {
    const mesh = await daemons.mesh('a', 'b', 'c')
    await settledVoters(mesh, 3)
    for (let run = 1; run <= (runs ?? RUNS); run++) {
      const leader = await agreedLeader(mesh)
      const silent = byId(mesh, leader)
      const others = mesh.filter((daemon) => daemon !== silent)
      const startMs = performance.now()
      silent.process.kill('SIGSTOP')
      await eventually('another leader', async () => {
        const statuses = await Promise.all(others.map(statusOf))
        return statuses.some(({ role, leader: now }) => role === 'leader' && now !== leader)
      })
      electionMs.push(performance.now() - startMs)
      silent.process.kill('SIGCONT')
      await agreedLeader(mesh, leader)
      say(`run ${run}: ${Math.round(electionMs.at(-1) as number)} ms`)
    }
  } finally {
    await daemons.close()
  }
  return [{ metric: 'electionMs', unit: 'ms', samples: electionMs }]
}
