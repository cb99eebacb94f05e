/** Three machines on a real network, one of which is cut off: the majority goes on, the other knows that it may not. */
import assert from 'node:assert/strict'
import { coterie } from '../cli/coterie.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import {
  agreedLeader,
  allAlive,
  byId,
  caughtUp,
  nodesOf,
  settledVoters,
  statusOf,
  votersOf,
} from '../support/mesh-views.ts'
import { createLan, type Host, type Lan } from '../support/netns.ts'
import { requires } from '../support/requirements.ts'

describe('a mesh of three machines on a real network', function () {
  this.timeout(180_000)
  let lan: Lan
  let daemons: Daemons
  let mesh: RunningDaemon[]
  const hostOf = new Map<RunningDaemon, Host>()

  before(async function () {
    requires(this, 'netns')
    lan = await createLan(3)
    daemons = await createDaemons()
    const start = async (index: number, name: string, more: { found?: boolean; token?: string }) => {
      const host = lan.hosts[index] as Host
      const daemon = await daemons.start({ name, ...more, within: host.within, listen: '0.0.0.0:7946' })
      hostOf.set(daemon, host)
      return daemon
    }
    const founder = await start(0, 'attic', { found: true })
    const token = await founder.invite()
    mesh = [founder, await start(1, 'cellar', { token }), await start(2, 'shed', { token })]
    await allAlive(mesh, 3)
    await settledVoters(mesh, 3)
  })
  after(async () => {
    try {
      await daemons?.close()
    } finally {
      await lan?.remove()
    }
  })

  it('finds itself by mDNS alone, on the addresses of that network', async () => {
    assert.deepEqual(
      mesh.map(({ ready }) => ready.addresses),
      mesh.map((daemon) => [`/ip4/${hostOf.get(daemon)?.address}/tcp/7946`]),
    )
  })

  describe('whose leader is cut off', () => {
    let cutOff: RunningDaemon
    let majority: RunningDaemon[]
    let termBefore: number

    before(async () => {
      cutOff = byId(mesh, await agreedLeader(mesh))
      termBefore = (await statusOf(cutOff)).term
      majority = mesh.filter((daemon) => daemon !== cutOff)
      await hostOf.get(cutOff)?.cut()
    })

    const coterieAt = (daemon: RunningDaemon, ...words: string[]) =>
      coterie([...words, '--data-dir', daemon.dataDir])

    it('has a new leader among the other two, which see the third as dead', async () => {
      const leader = await agreedLeader(majority, cutOff.ready.node.id)
      assert.ok(majority.some(({ ready }) => ready.node.id === leader))
      assert.ok((await statusOf(majority[0] as RunningDaemon)).term > termBefore)
      await eventually('the third is dead to them', async () => {
        const states = await Promise.all(majority.map(statusOf))
        return states.every(({ members }) => members.alive === 2 && members.dead === 1)
      })
      const { stdout, code } = await coterieAt(majority[0] as RunningDaemon, 'voters')
      assert.equal(code, 0)
      assert.match(stdout, /A majority of 2 is there; term \d+\.\n$/)
    })

    it('shows the one that was cut off neither leader nor majority', async () => {
      await eventually('it gave up leading', async () => (await statusOf(cutOff)).leader === null)
      await eventually('it misses the majority', async () => !(await votersOf(cutOff)).quorum)
      const { stdout, stderr, code } = await coterieAt(cutOff, 'voters')
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
      assert.match(
        stdout,
        /The majority of 2 is missing: what runs goes on running, but for exclusive work, .*\n.*coterie quorum recover --help\.\n$/,
      )
      assert.match((await coterieAt(cutOff, 'status')).stdout, /leader +none known/)
    })

    it('decides nothing on the side of one, and says so with exit code 3', async () => {
      const before = await nodesOf(cutOff)
      const { code, stdout, stderr } = await coterieAt(cutOff, 'leave')
      assert.deepEqual({ code, stdout }, { code: 3, stdout: '' })
      assert.match(
        stderr,
        /^coterie: no majority of the voters agreed within \d+ ms\. See coterie voters .*\n$/,
      )
      assert.deepEqual(
        (await nodesOf(cutOff)).map(({ id }) => id),
        before.map(({ id }) => id),
      )
    })

    it('is one mesh again with one leader once the cable is back', async () => {
      await hostOf.get(cutOff)?.heal()
      await allAlive(mesh, 3)
      await agreedLeader(mesh)
      await settledVoters(mesh, 3)
      await caughtUp(mesh)
    })
  })
})
