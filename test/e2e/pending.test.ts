/** What people write while no majority is there, and what two of them write at once. */
import assert from 'node:assert/strict'
import type { Applied } from '../../protocols/control/index.ts'
import { serviceKey } from '../../protocols/spec/index.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { byId, caughtUp, settledVoters } from '../support/mesh-views.ts'
import {
  apply,
  deploy,
  onlyPrograms,
  PROCESSES_ONLY,
  pendingOf,
  runningOn,
  servicesOf,
  serviceTasks,
  sleeper,
} from '../support/task-views.ts'

const PROJECT = 'e2e-pending'

describe('edits', function () {
  this.timeout(60_000)
  let daemons: Daemons
  let mesh: RunningDaemon[]

  before(async () => {
    daemons = await createDaemons(undefined, PROCESSES_ONLY)
    mesh = await daemons.mesh('attic', 'cellar', 'shed')
    await settledVoters(mesh, 3)
  })
  after(() => daemons.close())

  const at = (index: number) => mesh[index] as RunningDaemon
  const saying = (text: string) => sleeper(PROJECT, 'web', { saying: text })

  it('of two projects at once are both carried out, whoever was asked', async () => {
    const specs = ['one', 'two', 'three'].map((name) => sleeper(`${PROJECT}-${name}`, 'web', { replicas: 2 }))
    await Promise.all(specs.map((spec, index) => deploy(at(index), spec)))
    for (const spec of specs) await onlyPrograms(spec, await runningOn(mesh, spec))
    await Promise.all(specs.map(({ project }, index) => apply(at(index), project, { remove: ['web'] })))
    for (const spec of specs) await onlyPrograms(spec, [])
  })

  it('of one service at once are all accepted: the latest runs, one not known to it is a conflict, and all agree', async () => {
    await deploy(at(0), saying('hello'))
    await runningOn(mesh, saying('hello'))
    // Whether two edits cross on their way is chance.
    for (let round = 0; (await conflictsOf(at(0))) === 0; round++) {
      const edits = [0, 1].map((index) => deploy(at(index), saying(`round ${round}, node ${index}`)))
      const written = (await Promise.all(edits)).map(({ revisions: [revision] }) => revision)
      assert.deepEqual(
        written.map((revision) => revision?.state),
        ['accepted', 'accepted'],
      )
      await caughtUp(mesh)
      const [task] = await runningOn(mesh, saying('either'))
      assert.ok(written.some((revision) => revision?.revision === task?.revision))
      const counts = await Promise.all(mesh.map(conflictsOf))
      assert.equal(new Set(counts).size, 1)
    }
  })

  it('that insist on the same head are not both accepted', async () => {
    const head = (await servicesOf(at(0)))[0]?.revision
    const insist = (index: number) =>
      at(index).post('/v1/apply', {
        project: PROJECT,
        changes: [{ spec: saying(`insisting ${index}`), ifHead: head }],
        remove: [],
      }) as Promise<Applied>
    const outcomes = (await Promise.allSettled([insist(0), insist(1)])).map((outcome) =>
      outcome.status === 'fulfilled' ? outcome.value.revisions[0]?.state : outcome.reason.message,
    )
    assert.equal(outcomes.filter((outcome) => outcome === 'accepted').length, 1, outcomes.join())
    assert.ok(outcomes.some((outcome) => outcome === 'refused' || outcome?.includes('headMoved')))
    await runningOn(mesh, saying('either'))
  })

  it('without a majority are pending while all runs on, and are carried out by themselves when it is back', async () => {
    const edited = sleeper(PROJECT, 'web', { saying: 'edited', replicas: 2 })
    const before = await runningOn(mesh, saying('either'))
    const alone = byId(mesh, before[0]?.node as string)
    const others = mesh.filter((daemon) => daemon !== alone)
    await Promise.all(others.map((daemon) => daemon.end('SIGKILL')))

    const [revision] = (await deploy(alone, edited)).revisions
    assert.equal(revision?.state, 'pending')
    assert.match(revision?.reason as string, /majority/)
    assert.deepEqual(
      (await pendingOf(alone)).map(({ action, name, revision: id }) => [action, name, id]),
      [['apply', alone.name, revision?.revision]],
    )
    assert.deepEqual(await serviceTasks(alone, edited), before)
    await onlyPrograms(edited, before)

    mesh = [alone, ...(await Promise.all(others.map(({ name }) => daemons.start({ name }))))]
    await onlyPrograms(edited, await runningOn(mesh, edited))
    await caughtUp(mesh)
    for (const daemon of mesh) {
      assert.deepEqual(await pendingOf(daemon), [])
      assert.equal((await webOf(daemon))?.revision, revision?.revision)
    }
  })
})

const webOf = async (daemon: RunningDaemon) =>
  (await servicesOf(daemon)).find(({ object }) => object === serviceKey(PROJECT, 'web'))
const conflictsOf = async (daemon: RunningDaemon) => (await webOf(daemon))?.conflicts ?? 0
