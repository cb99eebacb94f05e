/** Daemons that find their mesh by one method alone, and `coterie discover` beside them. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Discovered } from '../../protocols/control/index.ts'
import { coterie, ENTRY } from '../cli/coterie.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { type DnsServer, startDnsServer } from '../support/dns-server.ts'
import { OTHER_TOKEN } from '../support/join-tokens.ts'
import { nodesOf } from '../support/mesh-views.ts'
import { createLan, type Host, type Lan } from '../support/netns.ts'
import { requires } from '../support/requirements.ts'

const run = promisify(execFile)

const foundBy = ({ methods }: Discovered, method: string) =>
  methods.find((findings) => findings.method === method) ?? assert.fail(`${method} is not told of`)

describe('discovery on one machine', function () {
  this.timeout(120_000)
  const DOMAIN = 'home.example'
  let daemons: Daemons
  let server: DnsServer
  let founder: RunningDaemon
  let token: string

  before(async () => {
    server = await startDnsServer()
    daemons = await createDaemons()
    founder = await daemons.start({ name: 'attic', found: true })
    token = await founder.invite({ addresses: false })
  })
  after(async () => {
    await daemons?.close()
    await server?.close()
  })

  const discover = async (words: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const loopback = ['--listen', '127.0.0.1:0', '--timeout', '2']
    return await coterie(['discover', ...loopback, ...words], env)
  }

  it('joins by UDP broadcast alone', async () => {
    const flags = ['--discovery', 'broadcast']
    const { ready } = await daemons.start({ name: 'cellar', token, flags })
    assert.equal(ready.how, 'joined')
  })

  it('joins by the records that coterie discover printed', async () => {
    const { stdout } = await discover(['--json', '--data-dir', founder.dataDir, '--discovery-domain', DOMAIN])
    const { record } = JSON.parse(stdout) as Discovered
    assert.equal(record.name, `_coterie.${DOMAIN}`)
    server.set(record.name, record.texts)
    const dns = ['--discovery-domain', DOMAIN, '--discovery-dns-server', server.address]
    const { ready } = await daemons.start({ name: 'shed', token, flags: ['--discovery', 'off', ...dns] })
    assert.equal(ready.how, 'joined')
    assert.equal((await nodesOf(founder)).length, 3)
  })

  it('is shown to a member beside its daemon, by each method, and itself among the rest', async () => {
    const dns = ['--discovery-domain', DOMAIN, '--discovery-dns-server', server.address]
    const at = ['--at', founder.ready.addresses[0] as string]
    const { code, stdout, stderr } = await discover(['--json', '--data-dir', founder.dataDir, ...dns, ...at])
    assert.deepEqual([code, stderr], [0, ''])
    const found = JSON.parse(stdout) as Discovered
    assert.equal(found.self, founder.ready.node.id)
    for (const method of ['address', 'mdns', 'broadcast', 'dns'] as const) {
      const { found: places, reason } = foundBy(found, method)
      assert.equal(reason, null, method)
      assert.ok(
        places.some(({ connectMs }) => connectMs !== null),
        method,
      )
    }
    for (const method of ['mdns', 'broadcast'])
      assert.ok(foundBy(found, method).found.some(({ node }) => node === founder.ready.node.id))
    const shown = await discover(['--data-dir', founder.dataDir])
    assert.match(shown.stdout, /^broadcast +this node +\d+ ms +\d+ ms +\/ip4\/127\.0\.0\.1\/tcp\/\d+$/m)
    assert.match(shown.stdout, /^dns +nothing .*no domain is set: see --discovery-domain$/m)
  })

  it('is shown to whoever has a token of it, and to nobody else', async () => {
    const stranger = ['--json', '--data-dir', `${daemons.path}/nobody`]
    const found = JSON.parse((await discover(stranger, { COTERIE_TOKEN: token })).stdout) as Discovered
    assert.deepEqual([found.self, foundBy(found, 'broadcast').reason], [null, null])
    const { code, stdout } = await discover(stranger, { COTERIE_TOKEN: OTHER_TOKEN })
    assert.equal(code, 1)
    assert.deepEqual(
      (JSON.parse(stdout) as Discovered).methods.flatMap((findings) => findings.found),
      [],
    )
    const refused = await discover(stranger)
    assert.equal(refused.code, 1)
    assert.match(refused.stderr, /^coterie: nobody here knows which mesh to look for: [^\n]*\.\n$/)
  })
})

describe('discovery on a LAN', function () {
  this.timeout(180_000)
  let lan: Lan
  let daemons: Daemons
  let founder: RunningDaemon
  let token: string

  before(async function () {
    requires(this, 'netns')
    lan = await createLan(4)
    daemons = await createDaemons()
    founder = await start(0, { found: true, listen: '0.0.0.0:7946,[::]:7946' })
    token = await founder.invite({ addresses: false })
  })
  after(async () => {
    try {
      await daemons?.close()
    } finally {
      await lan?.remove()
    }
  })

  const hostAt = (place: number) => lan.hosts[place] as Host

  const start = (place: number, more: { found?: boolean; token?: string; listen?: string }) =>
    daemons.start({ name: `host-${place}`, listen: '0.0.0.0:7946', ...more, within: hostAt(place).within })

  const inside = (place: number, ...words: string[]) => {
    const [command, ...args] = [...hostAt(place).within, ...words] as [string, ...string[]]
    return run(command, args, { env: { ...process.env, COTERIE_TOKEN: token } })
  }

  const discover = async (place: number): Promise<Discovered> => {
    const words = ['discover', '--json', '--timeout', '2', '--data-dir', `${daemons.path}/nobody`]
    return JSON.parse((await inside(place, process.execPath, ENTRY, ...words)).stdout) as Discovered
  }

  const isFounderFound = (found: Discovered, method: string) =>
    foundBy(found, method).found.some(({ node }) => node === founder.ready.node.id)

  /** A filter of the LAN that lets nothing through to these addresses, at both ends. */
  const filter = async (place: number, addresses: string) => {
    for (const host of [0, place]) {
      await inside(host, 'iptables', '-F')
      await inside(host, 'iptables', '-A', 'INPUT', '-d', addresses, '-j', 'DROP')
      await inside(host, 'iptables', '-A', 'OUTPUT', '-d', addresses, '-j', 'DROP')
    }
  }

  it('joins by broadcast where multicast is filtered', async () => {
    await filter(1, '224.0.0.0/4')
    const found = await discover(1)
    assert.deepEqual([isFounderFound(found, 'mdns'), isFounderFound(found, 'broadcast')], [false, true])
    assert.equal(foundBy(found, 'mdns').reason === null, false)
    const { ready } = await start(1, { token })
    assert.deepEqual(ready.addresses, [`/ip4/${hostAt(1).address}/tcp/7946`])
  })

  it('joins by mDNS where broadcasts are filtered', async () => {
    await filter(2, '10.86.0.255')
    const found = await discover(2)
    assert.equal(isFounderFound(found, 'mdns'), true)
    const { ready } = await start(2, { token })
    assert.equal(ready.how, 'joined')
  })

  it('joins from a machine that has no IPv4', async () => {
    for (const place of [0, 3])
      await inside(place, 'ip', 'addr', 'add', `fd86::${place + 1}/64`, 'dev', 'eth0', 'nodad')
    await inside(3, 'ip', '-4', 'addr', 'flush', 'dev', 'eth0')
    const { ready } = await start(3, { token, listen: '[::]:7946' })
    assert.equal(ready.how, 'joined')
    assert.deepEqual(ready.addresses.slice(0, 1), ['/ip6/fd86::4/tcp/7946'])
  })
})
