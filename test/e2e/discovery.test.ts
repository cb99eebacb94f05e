/** Daemons that find their mesh by one method alone, and `coterie discover` beside them. */
import assert from 'node:assert/strict'
import type { Discovered } from '../../protocols/control/index.ts'
import { coterie } from '../cli/coterie.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { type DnsServer, startDnsServer } from '../support/dns-server.ts'
import { OTHER_TOKEN } from '../support/join-tokens.ts'
import { nodesOf } from '../support/mesh-views.ts'

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

  it('is shown at the addresses that a token tells', async () => {
    const withAddresses = await founder.invite()
    const words = ['--data-dir', `${daemons.path}/nobody`, '--discovery', 'off']
    const { code, stdout } = await discover(words, { COTERIE_TOKEN: withAddresses })
    assert.equal(code, 0)
    assert.match(stdout, /^address +- +\d+ ms +\d+ ms +\/ip4\/127\.0\.0\.1\/tcp\/\d+$/m)
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
