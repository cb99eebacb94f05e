/**
 * An exclusive service on real daemons with real watchdogs: the leader, a watchdog and the daemon that runs it stand still one after the
 * other (SIGSTOP) and go on. `npm run soak -- standstills` does the same for a minute each.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import type { RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { agreedLeader, allAlive, byId, caughtUp, settledVoters, statusOf } from '../support/mesh-views.ts'
import { deploy, onlyPrograms, PROCESSES_ONLY, runningOn, serviceTasks } from '../support/task-views.ts'
import { createWatchedDaemons, type WatchedDaemons } from '../support/watched-daemons.ts'
import { assertNeverTwo, livesOf, witnessed } from '../support/witness.ts'

describe('an exclusive service on three daemons', function () {
  this.timeout(120_000)
  let daemons: WatchedDaemons
  let mesh: RunningDaemon[]
  let witness: string
  let spec: ServiceSpec

  before(async () => {
    daemons = await createWatchedDaemons(PROCESSES_ONLY)
    mesh = await daemons.mesh('attic', 'cellar', 'shed')
    await allAlive(mesh, 3)
    await settledVoters(mesh, 3)
    witness = join(daemons.path, 'witness')
    spec = witnessed(witness)
  })
  after(() => daemons?.close())

  const taskOf = async () => {
    const [task] = await runningOn(mesh, spec)
    assert.ok(task)
    return { ...task, executor: byId(mesh, task.node) }
  }

  it('runs where a watchdog guards it', async () => {
    await deploy(mesh[0] as RunningDaemon, spec)
    const { task, executor } = await taskOf()
    await eventually('it writes', async () => (await livesOf(witness)).length > 0)
    const guarded = await daemons.watchdogOf(executor).guarded()
    assert.deepEqual(
      guarded.map((guard) => guard.task),
      [task],
    )
  })

  it('runs on where its watchdog stands still: another takes its place, and it ends when it goes on', async () => {
    const { task, executor } = await taskOf()
    const stopped = await daemons.watchdogPid(executor)
    process.kill(stopped, 'SIGSTOP')
    await eventually('another one guards it', async () => {
      const guarded = await daemons.watchdogOf(executor).guarded()
      return (await daemons.watchdogPid(executor)) !== stopped && guarded.length === 1
    })
    process.kill(stopped, 'SIGCONT')
    await eventually('it ends', () => !isThere(stopped))
    assert.equal((await taskOf()).task, task)
    assertNeverTwo(await livesOf(witness))
  })

  it('goes on under another leader while its own stands still, which follows when it goes on', async () => {
    const leader = byId(mesh, await agreedLeader(mesh))
    const others = mesh.filter((daemon) => daemon !== leader)
    leader.process.kill('SIGSTOP')
    await agreedLeader(others, leader.ready.node.id)
    const { revisions } = await deploy(others[0] as RunningDaemon, { ...spec, name: 'idle', replicas: 0 })
    assert.equal(revisions[0]?.state, 'accepted')
    const { term } = await statusOf(others[0] as RunningDaemon)
    leader.process.kill('SIGCONT')
    await agreedLeader(mesh, leader.ready.node.id)
    await caughtUp(mesh)
    assert.equal((await statusOf(leader)).term, term, 'who stood still campaigns for nothing')
    await onlyPrograms(spec, await runningOn(mesh, spec))
    assertNeverTwo(await livesOf(witness))
  })

  it('is ended on a machine whose daemon stands still before it begins on another', async () => {
    const { task, node, executor } = await taskOf()
    const [other] = mesh.filter((daemon) => daemon !== executor)
    const lives = (await livesOf(witness)).length
    executor.process.kill('SIGSTOP')
    await eventually(
      'it runs on another machine',
      async () => {
        const [after] = await serviceTasks(other as RunningDaemon, spec)
        return after?.node !== node && after?.state === 'running'
      },
      60_000,
    )
    executor.process.kill('SIGCONT')
    const after = await taskOf()
    assert.notEqual(after.task, task)
    await onlyPrograms(spec, [after])
    const told = await livesOf(witness)
    assert.equal(told.length, lives + 1)
    assertNeverTwo(told)
  })
})

const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
