import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import type { MeasuredNetwork } from '../../../node/network/index.ts'
import { eventually } from '../../support/eventually.ts'
import { REQUEST, STREAM, startMesh, startNode, stopAll, stopNode } from './nodes.ts'

/** More than a mesh says by itself while a test runs. */
const PAYLOAD_BYTES = 500_000

describe('network: metrics', () => {
  afterEach(stopAll)

  /** All samples, as `name label label`. */
  const measured = async (network: MeasuredNetwork): Promise<ReadonlyMap<string, number>> => {
    const values = new Map<string, number>()
    for (const { name, read } of network.metrics()) {
      const samples = await read()
      assert(Array.isArray(samples))
      for (const { labels, value } of samples)
        values.set([name, ...Object.values<string>(labels)].join(' '), value)
    }
    return values
  }
  const told = async (network: MeasuredNetwork, name: string) => (await measured(network)).get(name) ?? 0
  const traffic = async (network: MeasuredNetwork) => ({
    in: await told(network, 'coterie_network_bytes_total in'),
    out: await told(network, 'coterie_network_bytes_total out'),
  })

  it('tell the bytes of both directions, also those of connections that closed', async () => {
    const [a, b] = await startMesh(2)
    assert(a && b)
    b.requests.handleRequest(REQUEST, async () => new Uint8Array(1))
    await a.requests.request(b.connections.self, REQUEST, new Uint8Array(PAYLOAD_BYTES), { timeoutMs: 5_000 })
    const sent = await traffic(a)
    assert.ok(sent.out > PAYLOAD_BYTES, `${sent.out} bytes went out`)
    assert.ok(sent.in > 0 && sent.in < PAYLOAD_BYTES, `${sent.in} bytes came in`)
    assert.ok((await traffic(b)).in > PAYLOAD_BYTES)
    await stopNode(b)
    await eventually('the connection closed', async () => {
      const open = await measured(a)
      return (
        open.get('libp2p_connections inbound open') === 0 &&
        open.get('libp2p_connections outbound open') === 0
      )
    })
    const after = await traffic(a)
    assert.ok(after.out >= sent.out && after.in >= sent.in)
  })

  it('tell connections and dials by who dialled, and open streams by their protocol', async () => {
    const [a, b] = await startMesh(2)
    assert(a && b)
    let end = () => {}
    b.streams.handleStream(STREAM, () => new Promise((resolve) => (end = resolve)))
    const stream = await a.streams.openStream(b.connections.self, STREAM, { timeoutMs: 5_000 })
    for (const [network, direction] of [
      [a, 'outbound'],
      [b, 'inbound'],
    ] as const)
      await eventually(`${direction} stream`, async () => {
        const values = await measured(network)
        return values.get(`libp2p_protocol_streams ${direction} ${STREAM}`) === 1
      })
    const sides = await Promise.all([a, b].map(measured))
    const sum = (name: string) => sides.reduce((total, values) => total + (values.get(name) ?? 0), 0)
    const connections = sum('libp2p_connections inbound open')
    assert.ok(connections >= 1)
    assert.equal(sum('libp2p_connections outbound open'), connections)
    assert.ok(sum('libp2p_connection_manager_dials_total outbound') >= connections)
    assert.ok(sum('libp2p_connection_manager_dials_total inbound') >= connections)
    end()
    await stream.close()
  })

  it('tell that a connection failed before it was proven', async () => {
    const stranger = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
    try {
      await once(stranger, 'listening')
      const { port } = stranger.address() as AddressInfo
      const a = await startNode()
      const failed = () => told(a, 'libp2p_connection_manager_dial_errors_total outbound')
      assert.equal(await failed(), 0)
      await assert.rejects(a.connections.dial(`/ip4/127.0.0.1/tcp/${port}`, { timeoutMs: 5_000 }))
      assert.equal(await failed(), 1)
    } finally {
      stranger.close()
    }
  })
})
