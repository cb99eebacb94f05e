/** Everything stops at the same time, and comes back in another order, at other addresses, with another idea of the time. */
import assert from 'node:assert/strict'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { agreedLeader, allAlive, byId, caughtUp, settledVoters, statusOf } from '../support/mesh-views.ts'
import {
  deploy,
  onlyPrograms,
  PROCESSES_ONLY,
  runningOn,
  servicesOf,
  sleeper,
} from '../support/task-views.ts'

const PROJECT = 'e2e-all-at-once'
const HOUR_AHEAD = {
  NODE_OPTIONS: `--import=${new URL('../support/clock-ahead.ts', import.meta.url).href}`,
  CLOCK_AHEAD_MS: '3600000',
}

describe('all machines at once', function () {
  this.timeout(60_000)
  let daemons: Daemons
  let mesh: RunningDaemon[]
  const saying = (text: string) => sleeper(PROJECT, 'web', { replicas: 2, saying: text })

  before(async () => {
    daemons = await createDaemons(undefined, PROCESSES_ONLY)
    mesh = await daemons.mesh('attic', 'cellar', 'shed')
    await settledVoters(mesh, 3)
    await deploy(mesh[0] as RunningDaemon, saying('hello'))
    await runningOn(mesh, saying('hello'))
  })
  after(() => daemons.close())

  const addressesOf = () => mesh.flatMap(({ ready }) => ready.addresses)
  const headsOf = async (daemon: RunningDaemon) =>
    (await servicesOf(daemon)).map(
      ({ object, revision, conflicts }) => `${object} ${revision}, ${conflicts} conflicts`,
    )
  const stateNow = async () => {
    await caughtUp(mesh)
    return { heads: await headsOf(mesh[0] as RunningDaemon), addresses: addressesOf() }
  }

  const isSameMesh = async (before: Awaited<ReturnType<typeof stateNow>>) => {
    await agreedLeader(mesh)
    await allAlive(mesh, 3)
    await settledVoters(mesh, 3)
    // A new leader leads before it has heard that all of its log is decided.
    await eventually('the same heads everywhere', async () =>
      (await Promise.all(mesh.map(headsOf))).every((heads) => heads.join() === before.heads.join()),
    )
    assert.ok(addressesOf().every((address) => !before.addresses.includes(address)))
    await onlyPrograms(saying('any'), await runningOn(mesh, saying('any')))
  }

  it('are asked to stop, and come back, one with its clock an hour ahead: nothing is lost, and later edits are later', async () => {
    const before = await stateNow()
    assert.deepEqual(await Promise.all(mesh.map((daemon) => daemon.end('SIGTERM'))), [0, 0, 0])
    const back: RunningDaemon[] = []
    for (const name of ['shed', 'attic', 'cellar'])
      back.push(await daemons.start({ name, env: name === 'attic' ? HOUR_AHEAD : {} }))
    mesh = back
    await isSameMesh(before)
    for (const [at, text] of [
      [1, 'written an hour ahead'],
      [2, 'written afterwards'],
    ] as const) {
      const { revisions } = await deploy(mesh[at] as RunningDaemon, saying(text))
      assert.equal(revisions[0]?.state, 'accepted')
      const tasks = await runningOn(mesh, saying(text), (seen) =>
        seen.every(({ revision }) => revision === revisions[0]?.revision),
      )
      await onlyPrograms(saying(text), tasks)
    }
  })

  it('know whose clock is ahead, and tell who edits there that the edit was dated back', async () => {
    await eventually('each of them names it', async () =>
      (await Promise.all(mesh.map(statusOf))).every(
        ({ clocks: [clock, ...others] }) =>
          others.length === 0 && clock?.name === 'attic' && Math.round(clock.aheadMs / 3_600_000) === 1,
      ),
    )
    const attic = mesh.find(({ name }) => name === 'attic') as RunningDaemon
    const { revisions } = await deploy(attic, saying('written an hour ahead again'))
    const judge = byId(mesh, (await statusOf(attic)).leader as string)
    if (judge === attic) return void assert.equal(revisions[0]?.reason, null)
    assert.match(revisions[0]?.reason ?? '', /^the clock here is 3\d{3} s ahead of the leader's/)
    assert.ok(judge.log.some((line) => line.includes('its edit is dated back')))
  })

  it('lose their power, and one address is enough for them to find each other again', async () => {
    const before = await stateNow()
    await Promise.all(mesh.map((daemon) => daemon.end('SIGKILL')))
    const first = await daemons.start({ name: 'cellar', flags: ['--discovery', 'off'] })
    const flags = ['--discovery', 'off', '--at', first.ready.addresses[0] as string]
    mesh = [first, ...(await Promise.all(['shed', 'attic'].map((name) => daemons.start({ name, flags }))))]
    await isSameMesh(before)
  })
})
