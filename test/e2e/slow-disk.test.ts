/** One voter of three has a disk that takes 2 s for each sync: as a follower it holds nobody up, and where two are left they go on. */
import assert from 'node:assert/strict'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { agreedLeader, byId, caughtUp, settledVoters, statusOf } from '../support/mesh-views.ts'
import { deploy, PROCESSES_ONLY, pendingOf, sleeper } from '../support/task-views.ts'

const MAY_BE_SLOW = {
  NODE_OPTIONS: `--import=${new URL('../support/slow-disk.ts', import.meta.url).href}`,
}

/** A leader that hears nobody while the only other disk writes may be elected more than once before a write is through. */
const REELECTIONS_MS = 80_000

describe('a voter whose disk takes two seconds to sync', function () {
  this.timeout(120_000)
  let daemons: Daemons
  let mesh: RunningDaemon[]
  let slow: RunningDaemon

  before(async () => {
    daemons = await createDaemons(undefined, { ...PROCESSES_ONLY, ...MAY_BE_SLOW })
    mesh = await daemons.mesh('attic', 'cellar', 'shed')
    await settledVoters(mesh, 3)
    const leader = await agreedLeader(mesh)
    slow = mesh.find(({ ready }) => ready.node.id !== leader) as RunningDaemon
    slow.process.kill('SIGUSR2')
  })
  after(() => daemons?.close())

  const marker = (number: number) => sleeper('e2e-slow-disk', `marker-${number}`, { replicas: 0 })
  const isAccepted = async (daemon: RunningDaemon, number: number) =>
    (await deploy(daemon, marker(number))).revisions[0]?.state === 'accepted'

  it('holds up no write of the others, is taken for dead by nobody, and has all of them in the end', async () => {
    const leader = byId(mesh, await agreedLeader(mesh))
    const { term } = await statusOf(leader)
    for (let number = 0; number < 2; number++) assert.ok(await isAccepted(leader, number))
    await caughtUp(mesh)
    for (const daemon of mesh) {
      const { term: now, members } = await statusOf(daemon)
      assert.deepEqual([now, members.alive, members.dead], [term, 3, 0])
    }
  })

  it('is one of the two that are needed when the leader is gone: writes wait for its disk, and are accepted', async () => {
    const leader = byId(mesh, await agreedLeader(mesh))
    await leader.end('SIGKILL')
    const others = mesh.filter((daemon) => daemon !== leader)
    await agreedLeader(others, leader.ready.node.id)
    const quick = others.find((daemon) => daemon !== slow) as RunningDaemon
    // Who asks is told that it is pending where the election and two such syncs take longer than an answer may.
    await deploy(quick, marker(2))
    await eventually('accepted', async () => (await pendingOf(quick)).length === 0, REELECTIONS_MS)
    await caughtUp(others)
  })
})
