/** How long a mesh of three is without a leader when the leader falls silent. */
import type { Status } from '../protocols/control/index.ts'
import { createDaemons, type RunningDaemon } from '../test/support/daemons.ts'
import { eventually } from '../test/support/eventually.ts'
import type { Benchmark } from './report.ts'

const RUNS = 10

const statusOf = async (daemon: RunningDaemon) => (await daemon.get('/v1/status')) as Status

/** The leader that all of `daemons` agree on, other than `old`. */
const commonLeader = (daemons: readonly RunningDaemon[], old: string | null) =>
  eventually('a leader that all know', async () => {
    const leaders = new Set((await Promise.all(daemons.map(statusOf))).map(({ leader }) => leader))
    const [leader] = leaders
    return leaders.size === 1 && leader !== null && leader !== old ? (leader as string) : null
  })

/** `electionMs`: SIGSTOP of the leader to another node that leads; polled every few milliseconds. */
export const benchmark: Benchmark = async ({ runs, say }) => {
  const daemons = await createDaemons()
  const electionMs: number[] = []
  try {
    const mesh = await daemons.mesh('a', 'b', 'c')
    await eventually('three voters', async () => {
      const { voters } = (await (mesh[0] as RunningDaemon).get('/v1/voters')) as {
        voters: { kind: string }[]
      }
      return voters.filter(({ kind }) => kind === 'voter').length === 3
    })
    for (let run = 1; run <= (runs ?? RUNS); run++) {
      const leader = await commonLeader(mesh, null)
      const silent = mesh.find(({ ready }) => ready.node.id === leader) as RunningDaemon
      const others = mesh.filter((daemon) => daemon !== silent)
      const startMs = performance.now()
      silent.process.kill('SIGSTOP')
      await eventually('another leader', async () => {
        const statuses = await Promise.all(others.map(statusOf))
        return statuses.some(({ role, leader: now }) => role === 'leader' && now !== leader)
      })
      electionMs.push(performance.now() - startMs)
      silent.process.kill('SIGCONT')
      await commonLeader(mesh, leader)
      say(`run ${run}: ${Math.round(electionMs.at(-1) as number)} ms`)
    }
  } finally {
    await daemons.close()
  }
  return [{ metric: 'electionMs', unit: 'ms', samples: electionMs }]
}
