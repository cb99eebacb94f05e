/** Members that are not like the others: one on a metered link, and an edge node that lends little of itself. */
import assert from 'node:assert/strict'
import type { Plan } from '../../protocols/control/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { agreedLeader, allAlive, byId, settledVoters } from '../support/mesh-views.ts'
import { apply, deploy, PROCESSES_ONLY, runningOn, sleeper } from '../support/task-views.ts'

const PROJECT = 'e2e-unequal'

describe('a mesh of unequal machines', function () {
  this.timeout(120_000)
  let daemons: Daemons
  let attic: RunningDaemon
  let van: RunningDaemon
  let shed: RunningDaemon
  let mesh: RunningDaemon[]

  before(async () => {
    daemons = await createDaemons(undefined, PROCESSES_ONLY)
    attic = await daemons.start({ name: 'attic', found: true })
    const token = await attic.invite()
    van = await daemons.start({ name: 'van', token, flags: ['--metered', 'on'] })
    const lending = ['--max-storage-gb', '1', '--max-memory-mb', '200', '--max-cpu-cores', '1']
    shed = await daemons.start({ name: 'shed', token, flags: ['--role', 'edge', ...lending] })
    mesh = [attic, van, shed]
    await allAlive(mesh, 3)
  })
  after(() => daemons.close())

  it('gives work to the one on a metered link where nothing better is left, and says so', async () => {
    const pair = sleeper(PROJECT, 'pair', { replicas: 2 })
    const passedOver = /; passed over: on a metered link on 1 of 3 nodes$/
    await eventually('the leader knows what each can run, and the link', async () => {
      const plan = (await attic.post('/v1/plan', { project: PROJECT, specs: [pair] })) as Plan
      return plan.placements.every(({ reason }) => passedOver.test(reason))
    })
    await deploy(attic, pair)
    const tasks = await runningOn(mesh, pair)
    assert.deepEqual(
      new Set(tasks.map(({ node }) => node)),
      new Set([attic, shed].map(({ ready }) => ready.node.id)),
    )
    for (const { reason } of tasks) assert.match(reason, passedOver)
  })

  it('gives none to one that lends less of its disk, memory or processors than a task takes', async () => {
    const planOf = async (resources: ServiceSpec['resources']) => {
      const spec = { ...sleeper(PROJECT, 'big', { replicas: 2 }), ...(resources && { resources }) }
      const { placements } = (await attic.post('/v1/plan', { project: PROJECT, specs: [spec] })) as Plan
      return placements.map(({ node, reason }) => [node, reason] as const)
    }
    const nodesOf = async (resources: ServiceSpec['resources']) =>
      new Set((await planOf(resources)).map(([node]) => node))
    assert.ok((await nodesOf(undefined)).has('shed'))
    assert.ok((await nodesOf({ diskMb: 500 })).has('shed'))
    for (const beyond of [
      { diskMb: 1_000 },
      { reserved: { memoryMb: 201 } },
      { reserved: { milliCpus: 1_001 } },
    ])
      assert.ok(!(await nodesOf(beyond)).has('shed'), JSON.stringify(beyond))
    const [[node, reason] = []] = await planOf({ diskMb: 1_000_000_000 })
    assert.deepEqual([node, reason], [null, 'insufficient disk on 3 of 3 nodes'])
  })

  it('takes no word of an edge node on what shall run, though it does its part', async () => {
    const wanted = apply(shed, PROJECT, { specs: [sleeper(PROJECT, 'wanted')] })
    await assert.rejects(wanted, /edgeMayNotWrite.*shed is an edge node/)
  })

  it('is led by the other full node when the one that leads is killed, never by the edge node, though that votes', async () => {
    await settledVoters(mesh, 3)
    const leader = byId(mesh, await agreedLeader(mesh))
    assert.notEqual(leader, shed)
    await leader.end('SIGKILL')
    const left = mesh.filter((daemon) => daemon !== leader)
    const next = await agreedLeader(left, leader.ready.node.id)
    assert.equal(byId(left, next), leader === attic ? van : attic)
  })
})
