import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import type { MeasuredNetwork } from '../../../node/network/index.ts'
import { relayedAddress } from '../../../node/network/relayed-address.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import { eventually } from '../../support/eventually.ts'
import {
  isConnected,
  LOOPBACK,
  MESSAGE,
  makeMesh,
  REQUEST,
  STREAM,
  startNode,
  stopAll,
  stopNode,
  text,
  utf8,
} from './nodes.ts'
import { ALL_BYTES, writeToSlowReader } from './slow-reader.ts'

/** Nobody answers there. */
const NOWHERE = '/ip4/127.0.0.1/tcp/1'

/** A port that was free a moment ago. */
const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

const idOf = ({ connections }: MeasuredNetwork): NodeId => connections.self
const startHidden = () => startNode({ listen: [LOOPBACK], advertise: [NOWHERE] })
const throughOf = (from: MeasuredNetwork, to: MeasuredNetwork): NodeId | null | undefined =>
  from.reach.pathTo(idOf(to))?.through
/** As membership does: what each tells of itself comes to all. */
const spread = (networks: readonly MeasuredNetwork[]): void => {
  for (const { connections } of networks)
    for (const other of networks) connections.learn(idOf(other), other.connections.addresses())
}
const areRelayed = (a: MeasuredNetwork, b: MeasuredNetwork): boolean =>
  typeof throughOf(a, b) === 'string' && typeof throughOf(b, a) === 'string'

describe('network: reach', function () {
  this.timeout(30_000)
  afterEach(stopAll)

  it('carries messages, requests, streams and gossip between two members that cannot dial each other', async () => {
    const relay = await startNode()
    const [a, b] = [await startHidden(), await startHidden()]
    const heard: string[] = []
    b.messages.onMessage(MESSAGE, (_from, payload) => heard.push(text(payload)))
    b.topics.subscribe('news', (from, payload) => heard.push(`${from === idOf(a)} ${text(payload)}`))
    a.topics.subscribe('news', () => {})
    b.requests.handleRequest(REQUEST, async (from, payload) => utf8(`${from === idOf(a)} ${text(payload)}`))
    b.streams.handleStream(STREAM, async (stream) => {
      for (let frame = await stream.read(); frame !== null; frame = await stream.read())
        await stream.write(frame)
    })
    makeMesh([relay, a, b])
    await eventually('a relayed path', () => areRelayed(a, b))
    assert.equal(throughOf(a, b), idOf(relay))
    assert.equal(throughOf(a, relay), null)

    const answer = await a.requests.request(idOf(b), REQUEST, utf8('asked'), { timeoutMs: 5_000 })
    assert.equal(text(answer), 'true asked')
    const stream = await a.streams.openStream(idOf(b), STREAM, { timeoutMs: 5_000 })
    await stream.write(utf8('streamed'))
    assert.equal(text((await stream.read()) ?? new Uint8Array()), 'streamed')
    stream.abort()
    await eventually('a message and gossip', () => {
      a.messages.send(idOf(b), MESSAGE, utf8('sent'))
      a.topics.publish('news', utf8('gossip'))
      return heard.includes('sent') && heard.includes('true gossip')
    })
  })

  it('lets two meet through a relay who have yet to prove themselves to each other', async () => {
    const all = [await startNode(), await startHidden(), await startHidden()]
    const [, a, b] = all
    assert(a && b)
    for (const network of all)
      network.requireProofs({
        own: () => [utf8(idOf(network))],
        verify: ([name = new Uint8Array()], peer) => assert.equal(text(name), peer),
        onRefused: () => {},
      })
    makeMesh(all)
    await eventually('a relayed path', () => areRelayed(a, b))
  })

  it('lets one slow reader hold its writer through a relay, and gets every byte in order', async () => {
    const relay = await startNode()
    const [a, b] = [await startHidden(), await startHidden()]
    makeMesh([relay, a, b])
    await eventually('a relayed path', () => areRelayed(a, b))
    assert((await writeToSlowReader(a, b)) < ALL_BYTES)
  })

  it('finds out that it is behind, and tells two relays before its addresses', async () => {
    const open = [await startNode(), await startNode(), await startNode()]
    const hidden = await startHidden()
    assert.deepEqual([hidden.reach.isReachable(), hidden.reach.relays()], [null, []])
    makeMesh([...open, hidden])
    await eventually('the verdicts', () =>
      [...open, hidden].every(({ reach }) => reach.isReachable() !== null),
    )
    assert.equal(hidden.reach.isReachable(), false)
    await eventually('two relays', () => hidden.reach.relays().length === 2)
    assert.deepEqual(hidden.connections.addresses(), [...hidden.reach.relays().map(relayedAddress), NOWHERE])
    for (const { connections, reach } of open) {
      assert.equal(reach.isReachable(), true)
      assert.deepEqual(reach.relays(), [])
      assert.equal(connections.addresses().length, 1)
    }
    assert.deepEqual(hidden.connections.connected().length, 3, 'who dialled back stays connected')
  })

  it('is not taken for reachable where another node answers at its address', async () => {
    const [open, other] = [await startNode(), await startNode()]
    const hidden = await startNode({ advertise: [other.connections.addresses()[0] as string] })
    makeMesh([open, hidden])
    await eventually('the verdict', () => hidden.reach.isReachable() === false)
    assert.deepEqual(hidden.reach.relays(), [idOf(open)])
  })

  it('goes through the other relay when one is gone, and tells of a third', async () => {
    const open = [await startNode(), await startNode(), await startNode()]
    const hidden = [await startHidden(), await startHidden()]
    const all = [...open, ...hidden]
    const [a, b] = hidden
    assert(a && b)
    makeMesh(all)
    await eventually('relays', () => hidden.every(({ reach }) => reach.relays().length === 2))
    spread(all)
    await eventually('a relayed path', () => areRelayed(a, b))
    const first = open.find((network) => idOf(network) === throughOf(a, b))
    assert(first)
    await stopNode(first)
    await eventually(
      'another path',
      () => areRelayed(a, b) && throughOf(a, b) !== idOf(first) && throughOf(b, a) !== idOf(first),
    )
    await eventually('a new relay', () =>
      hidden.every(({ reach }) => reach.relays().length === 2 && !reach.relays().includes(idOf(first))),
    )
  })

  it('leaves a relay that does not answer, though its connections stand', async () => {
    const open = [await startNode(), await startNode()]
    const [a, b] = [await startHidden(), await startHidden()]
    makeMesh([...open, a, b])
    await eventually('a relayed path', () => areRelayed(a, b))
    const silent = throughOf(a, b) as NodeId
    for (const { reach } of [a, b]) reach.setSilent(new Set([silent]))
    await eventually('another path', () => areRelayed(a, b) && throughOf(a, b) !== silent)
    assert.equal(a.reach.pathTo(silent)?.through, null)
    a.reach.setSilent(new Set([silent, idOf(b)]))
  })

  it('goes back to a direct path as soon as there is one', async () => {
    const relay = await startNode()
    const at = `/ip4/127.0.0.1/tcp/${await freePort()}`
    const [a, b] = [await startHidden(), await startNode({ listen: [at], advertise: [NOWHERE] })]
    makeMesh([relay, a, b])
    await eventually('a relayed path', () => areRelayed(a, b))
    a.connections.learn(idOf(b), [at])
    await eventually('a direct path', () => throughOf(a, b) === null && throughOf(b, a) === null)
    assert(isConnected(a, b) && isConnected(b, a))
  })

  it('carries nothing for strangers, nor to those who do not know the caller', async () => {
    const [relay, target, stranger] = [await startNode(), await startHidden(), await startHidden()]
    target.requests.handleRequest(REQUEST, async () => utf8('reached'))
    const ask = () => stranger.requests.request(idOf(target), REQUEST, utf8(''), { timeoutMs: 2_000 })
    makeMesh([relay, target])
    await eventually('the mesh', () => isConnected(relay, target))
    stranger.connections.learn(idOf(relay), relay.connections.addresses())
    stranger.connections.learn(idOf(target), [relayedAddress(idOf(relay))])
    const all = new Set([relay, target, stranger].map(idOf))
    stranger.connections.setMembers(all)
    await eventually('the stranger is at the relay', () => isConnected(stranger, relay))
    await assert.rejects(ask(), { code: 'peerUnreachable' })
    relay.connections.setMembers(all)
    await eventually('the stranger is a member at the relay', () => isConnected(relay, stranger))
    await assert.rejects(ask(), { code: 'peerUnreachable' })
    target.connections.setMembers(all)
    await eventually('it is carried', async () => text(await ask()) === 'reached')
  })
})
