import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { BytesHandler } from '../../../node/ports/network.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import { PROTOCOLS } from '../../../protocols/wire/index.ts'
import { eventually, settled } from '../../support/eventually.ts'
import { isConnected, makeMesh, REQUEST, startMesh, startNode, stopAll, utf8 } from './nodes.ts'

const { tunnel: TUNNEL } = PROTOCOLS
const MIB = 1024 * 1024
const OPTIONS = { timeoutMs: 5_000 }
const OPENING = utf8('the opening')

/** In peace or not. */
const closed = (bytes: Duplex): Promise<void> =>
  new Promise((resolve) => bytes.once('close', () => resolve()))

describe('network: streams for bulk', () => {
  afterEach(stopAll)

  /** Two members; the ends of one stream between them. */
  const startStream = async () => {
    const [a, b] = await startMesh(2)
    assert(a && b)
    const far = Promise.withResolvers<Duplex>()
    b.bulk.handleBytes(TUNNEL, async () => far.resolve)
    const near = await a.bulk.openBytes(b.connections.self, TUNNEL, OPENING, OPTIONS)
    return { a, b, near, far: await far.promise }
  }

  it('have a connection of their own, that both ends use and nothing else does', async () => {
    const { a, b, near, far } = await startStream()
    assert.deepEqual([a.bulkConnections(), b.bulkConnections()], [1, 1])
    a.bulk.handleBytes(TUNNEL, async () => (bytes) => bytes.end('back'))
    const back = await b.bulk.openBytes(a.connections.self, TUNNEL, OPENING, OPTIONS)
    assert.equal(await text(back), 'back')
    assert.deepEqual([a.bulkConnections(), b.bulkConnections()], [1, 1])
    // Its reader sleeps, so that it is full; a request goes past it.
    near.write(new Uint8Array(16 * MIB))
    far.pause()
    b.requests.handleRequest(REQUEST, async (_from, payload) => payload)
    assert.deepEqual(
      await a.requests.request(b.connections.self, REQUEST, utf8('past it'), OPTIONS),
      utf8('past it'),
    )
  })

  it('carry the end of each direction by itself', async () => {
    const { near, far } = await startStream()
    near.end('a question')
    assert.equal(await text(far), 'a question')
    far.end('the answer')
    assert.equal(await text(near), 'the answer')
  })

  it('carry a reset as one, both ways, and what was not read is lost', async () => {
    for (const which of ['near', 'far'] as const) {
      const ends = await startStream()
      const other = which === 'near' ? ends.far : ends.near
      const failed = closed(other)
      ends[which].destroy()
      other.resume()
      await failed
      assert(other.errored !== null, 'an end without a word is no end')
      await stopAll()
    }
  })

  it('slow their writer to the pace of the reader', async () => {
    const { near, far } = await startStream()
    far.pause()
    const chunk = new Uint8Array(MIB / 4)
    let written = 0
    const write = () => {
      written += chunk.byteLength
      near.write(chunk)
    }
    near.on('drain', write)
    write()
    await settled('the writer waits', () => written)
    assert(written < 8 * MIB, `${written / MIB} MiB went out before the first was read`)
    near.off('drain', write)
    let read = 0
    far.on('data', (data: Uint8Array) => {
      read += data.byteLength
    })
    near.end()
    far.resume()
    await once(far, 'end')
    assert.equal(read, written)
  })

  it('are refused with the coded error of who was asked', async () => {
    const [a, b] = await startMesh(2)
    assert(a && b)
    const refuse: BytesHandler = async (_from, opening) => {
      assert.deepEqual(new Uint8Array(opening), OPENING)
      throw new CoterieError('tunnelRefused', { task: 'x', target: 80, protocol: 'tcp', node: 'b' })
    }
    b.bulk.handleBytes(TUNNEL, refuse)
    await assert.rejects(a.bulk.openBytes(b.connections.self, TUNNEL, OPENING, OPTIONS), {
      code: 'tunnelRefused',
    })
  })

  it('are not answered to a stranger', async () => {
    const [a, stranger] = await Promise.all([startNode(), startNode()])
    a.bulk.handleBytes(TUNNEL, async () => (bytes) => bytes.end())
    stranger.connections.learn(a.connections.self, a.connections.addresses())
    await assert.rejects(stranger.bulk.openBytes(a.connections.self, TUNNEL, OPENING, OPTIONS))
  })

  it('end with the membership of whoever they are with', async () => {
    const { a, b, near } = await startStream()
    const gone = closed(near)
    b.connections.setMembers(new Set())
    await gone
    await eventually('the connection for bulk is gone', () => a.bulkConnections() === 0)
  })

  it('keep nobody from connecting anew in the ordinary way', async () => {
    const { a, b } = await startStream()
    a.connections.setMembers(new Set())
    await eventually('they are apart', () => !isConnected(b, a))
    makeMesh([a, b])
    await eventually('they are together', () => isConnected(a, b) && isConnected(b, a))
    a.bulk.handleBytes(TUNNEL, async () => (bytes) => bytes.end('again'))
    assert.equal(await text(await b.bulk.openBytes(a.connections.self, TUNNEL, OPENING, OPTIONS)), 'again')
  })
})
