/** Discovery by the records of a zone that a real name server on loopback serves. */
import assert from 'node:assert/strict'
import { createDnsDiscovery, type DnsInit } from '../../../node/network/index.ts'
import type { Discovery, FoundNode } from '../../../node/ports/discovery.ts'
import { formatRecords, parseRecord, recordName } from '../../../protocols/discovery/index.ts'
import { type DnsServer, startDnsServer } from '../../support/dns-server.ts'
import { eventually } from '../../support/eventually.ts'
import { createHandClock } from '../../support/hand-clock.ts'
import { silentLogger } from '../../support/silent-logger.ts'

const TAG = '0123456789abcdef'
const DOMAIN = 'home.example'
const NAME = recordName(DOMAIN)

describe('network: DNS discovery', () => {
  let server: DnsServer
  const running = new Set<Discovery>()

  beforeEach(async () => {
    server = await startDnsServer()
  })
  afterEach(async () => {
    await Promise.all([...running].map((discovery) => discovery.stop()))
    running.clear()
    await server.close()
  })

  const startDiscovery = async (init: Partial<DnsInit> = {}) => {
    const found: FoundNode[] = []
    const clock = createHandClock()
    const discovery = createDnsDiscovery(
      { logger: silentLogger, clock },
      { tag: TAG, domain: DOMAIN, server: server.address, defaultPort: 7946, ...init },
    )
    running.add(discovery)
    discovery.onFound((node) => found.push(node))
    await discovery.start()
    return { found, discovery, clock, addresses: () => found.flatMap(({ addresses }) => addresses) }
  }

  it('finds the addresses of its tag, however they are written and cut into pieces', async () => {
    server.set(NAME, [
      `coterie=1 tag=${TAG} addr=192.0.2.7,[2001:db8::7]:80`,
      [`coterie=1 tag=${TAG} `, 'more=later addr=/ip4/192.0.2.8/tcp/1,pi.home', '.example:7'],
      'coterie=1 tag=fedcba9876543210 addr=192.0.2.66',
      'v=spf1 -all',
    ])
    const { found, addresses, discovery } = await startDiscovery()
    await eventually('all of them', () => found.length === 4)
    assert.deepEqual(addresses(), [
      '/ip4/192.0.2.7/tcp/7946',
      '/ip6/2001:db8::7/tcp/80',
      '/ip4/192.0.2.8/tcp/1',
      '/dns/pi.home.example/tcp/7',
    ])
    assert.ok(found.every(({ node, method }) => node === null && method === 'dns'))
    assert.deepEqual([discovery.trouble(), server.asked], [null, [NAME]])
  })

  it('asks again, sooner after a failure than after an answer', async () => {
    const { clock, addresses, discovery } = await startDiscovery()
    await eventually('no such name', () => discovery.trouble() === `there is no name ${NAME}`)
    server.set(NAME, [`coterie=1 tag=${TAG} addr=192.0.2.7`])
    clock.pass(1_000)
    await eventually('one address', () => addresses().length === 1)
    server.set(NAME, [`coterie=1 tag=${TAG} addr=192.0.2.8`])
    const asked = server.asked.length
    clock.pass(59_000)
    assert.equal(server.asked.length, asked)
    clock.pass(1_000)
    await eventually('the other one', () => addresses().includes('/ip4/192.0.2.8/tcp/7946'))
  })

  it('says why nothing is found', async () => {
    server.set(NAME, [])
    const empty = await startDiscovery()
    await eventually('an empty name', () => empty.discovery.trouble() === `${NAME} has no TXT record`)
    server.set(NAME, ['v=spf1 -all', 'coterie=1 tag=fedcba9876543210 addr=192.0.2.66'])
    const foreign = await startDiscovery()
    await eventually('foreign records', () =>
      /has 2 TXT records, and none/.test(foreign.discovery.trouble() ?? ''),
    )
    const odd = await startDiscovery({ server: '999.0.0.1' })
    await eventually('no server', () => /failed: Invalid IP address/.test(odd.discovery.trouble() ?? ''))
    assert.deepEqual([...empty.found, ...foreign.found, ...odd.found], [])
  })

  it('takes no more than it can use from a hostile zone', async () => {
    const record = (at: number) =>
      `coterie=1 tag=${TAG} addr=10.0.0.${at},10.0.1.${at},10.0.2.${at},nowhere:0,?,`
    server.set(
      NAME,
      Array.from({ length: 60 }, (_, at) => record(at)),
    )
    const { found } = await startDiscovery()
    await eventually('some', () => found.length > 0)
    assert.ok(found.length <= 64)
  })
})

describe('network: DNS records', () => {
  it('are read back as they are printed, each within one string', () => {
    const addresses = Array.from({ length: 30 }, (_, at) => `/ip6/2001:db8::${at}/tcp/7946`)
    const records = formatRecords(TAG, addresses)
    assert.ok(records.length > 1 && records.every((record) => record.length <= 255))
    assert.deepEqual(
      records.flatMap((record) => parseRecord(record, TAG)),
      addresses,
    )
  })

  it('of another kind, tag or length are ignored', () => {
    const records = [
      '',
      'coterie=2 tag=0123456789abcdef addr=a',
      'tag=0123456789abcdef addr=a',
      'coterie=1 tag=x addr=a',
      `coterie=1 tag=${TAG}`,
      `coterie=1 tag=${TAG} addr=`,
      `coterie=1 tag=${TAG} addr=a ${'x'.repeat(2_048)}`,
    ]
    for (const record of records) assert.deepEqual(parseRecord(record, TAG), [])
  })
})
