/** A mesh of real daemons, each a process of its own, on loopback. */
import assert from 'node:assert/strict'
import { request } from 'node:http'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import {
  agreedLeader,
  allAlive,
  byId,
  nodesOf,
  settledVoters,
  statusOf,
  votersOf,
} from '../support/mesh-views.ts'

describe('a mesh of three daemons', function () {
  this.timeout(120_000)
  let daemons: Daemons
  let mesh: RunningDaemon[]

  before(async () => {
    daemons = await createDaemons()
    const founder = await daemons.start({ name: 'attic', found: true })
    const token = await founder.invite()
    const at = founder.ready.addresses[0] as string
    const byAddress = await daemons.start({
      name: 'cellar',
      token,
      flags: ['--at', at, '--discovery', 'off'],
    })
    const byMdns = await daemons.start({ name: 'shed', token: await founder.invite({ addresses: false }) })
    mesh = [founder, byAddress, byMdns]
  })
  after(() => daemons.close())

  it('is founded, joined by address and by mDNS, and each machine knows the others', async () => {
    await allAlive(mesh, 3)
    for (const daemon of mesh) {
      const names = (await nodesOf(daemon)).map(({ name }) => name)
      assert.deepEqual(names.sort(), ['attic', 'cellar', 'shed'])
    }
    assert.deepEqual(
      mesh.map(({ ready }) => ready.how),
      ['founded', 'joined', 'joined'],
    )
  })

  it('grows from one voter to three by itself', async () => {
    await settledVoters(mesh, 3)
    const { quorum, majority } = await votersOf(mesh[2] as RunningDaemon)
    assert.deepEqual([quorum, majority], [true, 2])
  })

  it('shows an event for each machine that was admitted', async () => {
    await eventually('three admissions', async () => {
      const lines = await rawEvents(mesh[0] as RunningDaemon)
      const admitted = lines.filter(({ type }) => type === 'nodeAdmitted').map(({ name }) => name)
      return admitted.length === 3
    })
  })

  it('elects another leader when the leader is killed, and takes it back when it returns', async () => {
    const leader = await agreedLeader(mesh)
    const killed = byId(mesh, leader)
    const others = mesh.filter((daemon) => daemon !== killed)
    const { term } = await statusOf(others[0] as RunningDaemon)
    await killed.end('SIGKILL')
    await agreedLeader(others, leader)
    assert.ok((await statusOf(others[0] as RunningDaemon)).term > term)
    await eventually(
      'the dead one is seen as dead',
      async () => (await statusOf(others[0] as RunningDaemon)).members.dead === 1,
    )
    const back = await daemons.start({ name: killed.name })
    assert.equal(back.ready.how, 'restarted')
    assert.equal(back.ready.node.id, killed.ready.node.id)
    mesh = [...others, back]
    await allAlive(mesh, 3)
  })

  it('keeps its member when a daemon is asked to stop, and hands leadership over first', async () => {
    const leader = await agreedLeader(mesh)
    const stopped = byId(mesh, leader)
    const others = mesh.filter((daemon) => daemon !== stopped)
    assert.equal(await stopped.end('SIGTERM'), 0)
    const told = stopped.log.filter((line) => line.includes('consensus role changed'))
    const last = JSON.parse(told.at(-1) ?? '{}') as { readonly leader?: string | null }
    assert.ok(
      typeof last.leader === 'string' && last.leader !== leader,
      'it heard of its successor before it ended',
    )
    await agreedLeader(others, leader)
    assert.equal((await nodesOf(others[0] as RunningDaemon)).length, 3)
    mesh = [...others, await daemons.start({ name: stopped.name })]
    await allAlive(mesh, 3)
  })

  it('goes on without a machine that leaves for good, and refuses its identity afterwards', async () => {
    await agreedLeader(mesh)
    const leaver = mesh[0] as RunningDaemon
    const others = mesh.slice(1)
    const exited = new Promise((resolve) => leaver.process.once('exit', resolve))
    await leaver.post('/v1/leave', {})
    assert.equal(await exited, 0)
    await settledVoters(others, 1)
    await eventually('two members', async () => (await nodesOf(others[0] as RunningDaemon)).length === 2)
    await assert.rejects(daemons.start({ name: leaver.name }), /joinTokenMissing|belongs to no mesh/)
  })
})

const rawEvents = async (daemon: RunningDaemon): Promise<{ type: string; name?: string }[]> => {
  const text = await new Promise<string>((resolve, reject) => {
    const asked = request({ socketPath: daemon.ready.socket, path: '/v1/events' }, async (response) => {
      let body = ''
      for await (const chunk of response) body += chunk
      resolve(body)
    })
    asked.on('error', reject)
    asked.end()
  })
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}
