import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import fc from 'fast-check'
import { announcementsIn, recordsOf, serviceName } from '../../../node/network/discovery/records.ts'
import {
  createAddressDiscovery,
  createMdnsDiscovery,
  generateIdentity,
  type MdnsInit,
  nodeIdOf,
} from '../../../node/network/index.ts'
import type { Discovery, FoundNode } from '../../../node/ports/discovery.ts'
import { eventually } from '../../support/eventually.ts'
import { createLogBook, realClock } from './nodes.ts'

const newTag = (): string => `test-${Math.random().toString(36).slice(2, 10)}`

describe('network: mDNS on loopback', () => {
  const running = new Set<Discovery>()

  afterEach(async () => {
    await Promise.all([...running].map((discovery) => discovery.stop()))
    running.clear()
  })

  const startDiscovery = async (
    serviceTag: string,
    announce: MdnsInit['announce'],
    interfaces: MdnsInit['interfaces'] = 'loopback',
  ) => {
    const found: FoundNode[] = []
    const { logger, lines } = createLogBook()
    const discovery = createMdnsDiscovery(
      { logger, clock: realClock, random: Math.random },
      { serviceTag, interfaces, announce },
    )
    running.add(discovery)
    discovery.onFound((node) => found.push(node))
    await discovery.start()
    return { found, lines }
  }

  const newAnnouncement = (port: number) => ({
    node: nodeIdOf(generateIdentity()),
    addresses: [`/ip4/127.0.0.1/tcp/${port}`, `/ip6/::1/tcp/${port}`],
  })

  it('finds the nodes of its tag, not itself, and not those of another', async () => {
    const tag = newTag()
    const [one, two, foreign] = [newAnnouncement(1001), newAnnouncement(1002), newAnnouncement(1003)]
    const first = await startDiscovery(tag, () => one)
    await startDiscovery(newTag(), () => foreign)
    const second = await startDiscovery(tag, () => two)
    await eventually('each finds the other', () => first.found.length > 0 && second.found.length > 0)
    for (const found of first.found) assert.deepEqual(found, { ...two, method: 'mdns' })
    for (const found of second.found) assert.deepEqual(found, { ...one, method: 'mdns' })
  })

  it('finds without being found where there is nothing to announce', async () => {
    const tag = newTag()
    const announcement = newAnnouncement(1001)
    const quiet = await startDiscovery(tag, () => null)
    const loud = await startDiscovery(tag, () => announcement)
    await eventually('the quiet one finds', () => quiet.found.length > 0)
    assert.deepEqual(loud.found, [])
  })

  it('asks and answers on the interfaces that are named, and on no other', async () => {
    const tag = newTag()
    const [here, elsewhere] = [newAnnouncement(1001), newAnnouncement(1002)]
    const deaf = await startDiscovery(tag, () => elsewhere, ['wg9'])
    const seeker = await startDiscovery(tag, () => null, ['lo'])
    await startDiscovery(tag, () => here, ['lo'])
    await eventually('the node on the interface', () => seeker.found.length > 0)
    for (const found of seeker.found) assert.equal(found.node, here.node)
    assert.deepEqual(deaf.found, [])
  })

  it('survives garbage on its port', async () => {
    const tag = newTag()
    const announcement = newAnnouncement(1001)
    const seeker = await startDiscovery(tag, () => null)
    const socket = createSocket('udp4')
    for (const garbage of ['', 'x', '\0\0\x84\0\0\0\xff\xff\0\0\0\0'])
      await new Promise((resolve) => socket.send(Buffer.from(garbage, 'latin1'), 5353, '127.0.0.1', resolve))
    socket.close()
    await startDiscovery(tag, () => announcement)
    await eventually('the node behind the garbage', () => seeker.found.length > 0)
  })
})

describe('network: what nodes say of themselves', () => {
  const service = serviceName('tag')
  const node = nodeIdOf(generateIdentity())

  it('is read back as it was said', () => {
    const announcement = { node, addresses: ['/ip4/192.0.2.7/tcp/7946', '/dns/pi.local/tcp/1'] }
    assert.deepEqual(announcementsIn(service, recordsOf(service, announcement)), [announcement])
  })

  it('is left out where it is malformed or foreign', () => {
    const name = `x.${service}`
    const at = 'at=/ip4/192.0.2.7/tcp/7946'
    const records = [
      { name, type: 'TXT', data: [`id=${node}`] },
      { name, type: 'TXT', data: ['id=nobody', at] },
      { name, type: 'TXT', data: [`id=${node}`, 'at=nowhere'] },
      { name: `x.${serviceName('other')}`, type: 'TXT', data: [`id=${node}`, at] },
      { name, type: 'SRV', data: [`id=${node}`, at] },
      { name, type: 'TXT' },
    ]
    assert.deepEqual(announcementsIn(service, records), [])
  })

  it('never throws, whatever comes', () => {
    const record = fc.record({
      name: fc.oneof(fc.string(), fc.constant(`x.${service}`)),
      type: fc.constant('TXT'),
      data: fc.anything(),
    })
    fc.assert(fc.property(fc.array(record), (records) => Array.isArray(announcementsIn(service, records))))
  })

  it('goes under a tag that is a short label', () => {
    for (const tag of ['', 'UPPER', 'a.b', 'x'.repeat(41)]) assert.throws(() => serviceName(tag), TypeError)
  })
})

describe('network: given addresses', () => {
  it('are told once, without a name', async () => {
    const discovery = createAddressDiscovery({ addresses: ['/ip4/192.0.2.7/tcp/1', '/ip4/192.0.2.8/tcp/1'] })
    const found: FoundNode[] = []
    discovery.onFound((node) => found.push(node))
    await discovery.start()
    assert.deepEqual(found, [
      { node: null, addresses: ['/ip4/192.0.2.7/tcp/1'], method: 'address' },
      { node: null, addresses: ['/ip4/192.0.2.8/tcp/1'], method: 'address' },
    ])
  })
})
