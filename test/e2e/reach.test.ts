/** A mesh of machines that cannot all dial each other: behind NAT, and of one address family alone. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { createDaemons, type Daemons, type RunningDaemon, type StartDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { allAlive, nodesOf, statusOf } from '../support/mesh-views.ts'
import { createLan, type Host, type Lan } from '../support/netns.ts'
import { requires } from '../support/requirements.ts'
import { deploy, PROCESSES_ONLY, runningOn, sleeper } from '../support/task-views.ts'

const run = promisify(execFile)

const BOTH_FAMILIES = '0.0.0.0:7946,[::]:7946'

describe('a mesh with machines behind NAT', function () {
  this.timeout(180_000)
  let lan: Lan
  let daemons: Daemons
  /** On the open network, in both address families. */
  let attic: RunningDaemon
  let cellar: RunningDaemon
  /** Each behind a NAT of its own. */
  let den: RunningDaemon
  let shed: RunningDaemon
  let mesh: RunningDaemon[]

  const start = (host: Host, name: string, more: Partial<StartDaemon> = {}) =>
    daemons.start({ name, listen: '0.0.0.0:7946', ...more, within: host.within })
  const join = async (host: Host, name: string, flags: readonly string[], listen = '0.0.0.0:7946') =>
    start(host, name, {
      token: await attic.invite(),
      flags: ['--discovery', 'off', ...flags],
      listen,
    })

  before(async function () {
    requires(this, 'netns')
    lan = await createLan(3)
    daemons = await createDaemons(undefined, PROCESSES_ONLY)
    const [first, second] = lan.hosts
    assert(first && second)
    attic = await start(first, 'attic', { found: true, listen: BOTH_FAMILIES })
    const at = ['--at', `${first.address}:7946`]
    cellar = await join(second, 'cellar', at, BOTH_FAMILIES)
    den = await join(await lan.addHome(), 'den', at)
    shed = await join(await lan.addHome(), 'shed', at)
    mesh = [attic, cellar, den, shed]
    await allAlive(mesh, 4)
  })
  after(async () => {
    try {
      await daemons?.close()
    } finally {
      await lan?.remove()
    }
  })

  /** Name of the member through which `from` reaches `to`; null where it does so directly, undefined where not at all. */
  const throughOf = async (from: RunningDaemon, to: RunningDaemon) => {
    const node = (await nodesOf(from)).find(({ id }) => id === to.ready.node.id)
    if (node?.connected !== true) return undefined
    return node.through?.name ?? null
  }

  const relayBetween = (a: RunningDaemon, b: RunningDaemon, which: (name: string) => boolean = () => true) =>
    eventually('one relayed path', async () => {
      const [there, back] = [await throughOf(a, b), await throughOf(b, a)]
      return there !== null && there === back && there !== undefined && which(there) ? there : null
    })

  it('reaches them through its other machines, and them alone so', async () => {
    assert.deepEqual(den.ready.addresses, shed.ready.addresses, 'two homes with the same private address')
    const relay = await relayBetween(den, shed)
    assert(['attic', 'cellar'].includes(relay), relay)
    for (const open of [attic, cellar])
      for (const hidden of [den, shed])
        await eventually('direct paths', async () => (await throughOf(open, hidden)) === null)
  })

  it('knows who is not reached, and through whom they are', async () => {
    for (const hidden of [den, shed]) {
      const { reach } = await eventually('two relays', async () => {
        const status = await statusOf(hidden)
        return status.reach.relays.length === 2 && status
      })
      assert.equal(reach.reachable, false)
      await eventually('all know', async () => {
        const views = await Promise.all(mesh.map(nodesOf))
        return views.every(
          (nodes) => nodes.find(({ id }) => id === hidden.ready.node.id)?.relays.length === 2,
        )
      })
    }
    for (const open of [attic, cellar])
      await eventually('no relay for others', async () => {
        const { reach } = await statusOf(open)
        return reach.reachable === true && reach.relays.length === 0
      })
  })

  it('runs tasks on all of them', async () => {
    const spec = sleeper('e2e-reach', 'everywhere', { replicas: 4 })
    await deploy(shed, spec)
    const tasks = await runningOn(mesh, spec)
    assert.deepEqual(new Set(tasks.map(({ node }) => node)), new Set(mesh.map(({ ready }) => ready.node.id)))
  })

  it('takes in a machine that has no IPv4, which reaches those without IPv6 through one that has both', async () => {
    const host = lan.hosts[2] as Host
    const inside = async (at: Host, words: string) => {
      const [command, ...args] = [...at.within, ...words.split(' ')] as [string, ...string[]]
      await run(command, args)
    }
    for (const [place, at] of lan.hosts.entries())
      await inside(at, `ip addr add fd86::${place + 1}/64 dev eth0 nodad`)
    await inside(host, 'ip -4 addr flush dev eth0')
    const loft = await join(host, 'loft', ['--at', '[fd86::2]:7946'], '[::]:7946')
    assert.deepEqual(loft.ready.addresses, ['/ip6/fd86::3/tcp/7946'])
    mesh.push(loft)
    await allAlive(mesh, 5)
    await relayBetween(loft, den)
    assert.equal(await throughOf(loft, cellar), null)
  })

  it('keeps all of them when a relay falls silent, and when one is gone', async () => {
    const called = (name: string) => mesh.find((daemon) => daemon.name === name) as RunningDaemon
    const first = await relayBetween(den, shed)
    called(first).process.kill('SIGSTOP')
    await relayBetween(den, shed, (name) => name !== first)
    called(first).process.kill('SIGCONT')
    await allAlive(mesh, mesh.length)

    const second = await relayBetween(den, shed)
    const killed = called(second)
    await killed.end('SIGKILL')
    const left = mesh.filter((daemon) => daemon !== killed)
    await relayBetween(den, shed, (name) => name !== second)
    await allAlive(left, left.length)
    const spec = sleeper('e2e-reach', 'afterwards', { replicas: left.length })
    await deploy(den, spec)
    await runningOn(left, spec)
  })
})
