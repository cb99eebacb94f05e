/** What runs on a machine that dies, falls silent or comes back, as three real daemons settle it. */
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import type { Task } from '../../protocols/control/index.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { agreedLeader, allAlive, byId, settledVoters } from '../support/mesh-views.ts'
import {
  deploy,
  onlyPrograms,
  PROCESSES_ONLY,
  programsOf,
  runningOn,
  servicesOf,
  sleeper,
} from '../support/task-views.ts'

const PROJECT = 'e2e-failover'

/** From the request to the last running task: the leader is killed at any moment of this. */
const LONGEST_DEPLOY_MS = 400
/** Deploys in the middle of which the leader is killed. */
const ROUNDS = 3

describe('a machine that runs something', function () {
  this.timeout(60_000)
  let daemons: Daemons
  let mesh: RunningDaemon[]
  const solo = sleeper(PROJECT, 'solo')
  const trio = sleeper(PROJECT, 'trio', { replicas: 3 })
  const hasty = (round: number) =>
    sleeper(PROJECT, 'hasty', { replicas: 2 + (round % 2) * 2, saying: `round ${round}` })

  before(async () => {
    daemons = await createDaemons(undefined, PROCESSES_ONLY)
    mesh = await daemons.mesh('attic', 'cellar', 'shed')
    await settledVoters(mesh, 3)
  })
  after(() => daemons.close())

  const without = (daemon: RunningDaemon) => mesh.filter((other) => other !== daemon)
  const isNot = (old: Task) => (tasks: readonly Task[]) => tasks[0]?.task !== old.task
  const isOff = (daemon: RunningDaemon) => (tasks: readonly Task[]) =>
    tasks.every(({ node }) => node !== daemon.ready.node.id)
  const soloTask = async () => (await runningOn(mesh, solo))[0] as Task

  it('is killed: it runs elsewhere, and stays there when the machine is back', async () => {
    await deploy(mesh[0] as RunningDaemon, solo)
    const old = await soloTask()
    const killed = byId(mesh, old.node)
    await killed.end('SIGKILL')
    const moved = await runningOn(without(killed), solo, isNot(old))
    await onlyPrograms(solo, moved)
    mesh = [...without(killed), await daemons.start({ name: killed.name })]
    await allAlive(mesh, 3)
    assert.deepEqual(await runningOn(mesh, solo), moved)
    await onlyPrograms(solo, moved)
  })

  it('is silent, as behind a cut cable: it runs elsewhere too, and is stopped there when it is back', async () => {
    const old = await soloTask()
    const silent = byId(mesh, old.node)
    silent.process.kill('SIGSTOP')
    const moved = await runningOn(without(silent), solo, isNot(old))
    assert.deepEqual(await programsOf(solo), [old.task, ...moved.map(({ task }) => task)].sort())
    silent.process.kill('SIGCONT')
    await onlyPrograms(solo, moved)
    assert.deepEqual(await runningOn(mesh, solo), moved)
  })

  for (const signal of ['SIGSTOP', 'SIGKILL'] as const) {
    it(`led as well, and gets ${signal}: another leads, and each slot runs once on those that are left`, async () => {
      await deploy(mesh[0] as RunningDaemon, trio)
      const before = await runningOn(mesh, trio)
      const leader = byId(mesh, await agreedLeader(mesh))
      const others = without(leader)
      leader.process.kill(signal)
      await agreedLeader(others, leader.ready.node.id)
      const after = await runningOn(others, trio, isOff(leader))
      for (const kept of before.filter(({ node }) => node !== leader.ready.node.id))
        assert.ok(
          after.some(({ task }) => task === kept.task),
          `${kept.task} was moved without need`,
        )
      if (signal === 'SIGSTOP') leader.process.kill('SIGCONT')
      else mesh = [...others, await daemons.start({ name: leader.name })]
      await allAlive(mesh, 3)
      await onlyPrograms(trio, await runningOn(mesh, trio))
      assert.deepEqual(await runningOn(mesh, trio), after)
    })
  }

  it('is killed again and again, wherever it runs: it always comes back once', async () => {
    for (let round = 0; round < 2; round++) {
      const old = await soloTask()
      const killed = byId(mesh, old.node)
      await killed.end('SIGKILL')
      const moved = await runningOn(without(killed), solo, isNot(old))
      mesh = [...without(killed), await daemons.start({ name: killed.name })]
      await allAlive(mesh, 3)
      await onlyPrograms(solo, moved)
    }
  })

  it('led and was killed in the middle of deploys, at random moments: each deploy is carried out in full', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const spec = hasty(round)
      const leader = byId(mesh, await agreedLeader(mesh))
      const others = without(leader)
      const deployed = deploy(others[round % 2] as RunningDaemon, spec)
      await pause(Math.random() * LONGEST_DEPLOY_MS)
      await leader.end('SIGKILL')
      const { revisions } = await deployed
      assert.deepEqual(
        revisions.map(({ state }) => state),
        ['accepted'],
      )
      await onlyPrograms(spec, await runningOn(others, spec, isOff(leader)))
      mesh = [...others, await daemons.start({ name: leader.name })]
      await allAlive(mesh, 3)
      await onlyPrograms(spec, await runningOn(mesh, spec))
    }
  })

  it('loses its power with all the others: the same services run again, once each, at the same revisions', async () => {
    const specs = [solo, trio, hasty(ROUNDS - 1)]
    const heads = async () =>
      (await servicesOf(mesh[0] as RunningDaemon)).map(({ object, revision }) => `${object} ${revision}`)
    const before = await heads()
    await Promise.all(mesh.map((daemon) => daemon.end('SIGKILL')))
    const back: RunningDaemon[] = []
    for (const { name } of [...mesh].reverse()) back.push(await daemons.start({ name }))
    mesh = back
    await allAlive(mesh, 3)
    // Who is alive is known before the log is read anew.
    await eventually('the same heads', async () => (await heads()).join() === before.join())
    for (const spec of specs) await onlyPrograms(spec, await runningOn(mesh, spec))
  })
})
