import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { CoterieError, isCoterieError } from '../../../protocols/errors/index.ts'
import { eventually } from '../../support/eventually.ts'
import { MESSAGE, REQUEST, STREAM, startMesh, startNode, stopAll, text, utf8 } from './nodes.ts'

const hasIp6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
)
const families = [
  { family: 'IPv4', listen: ['/ip4/127.0.0.1/tcp/0'] },
  ...(hasIp6 ? [{ family: 'IPv6', listen: ['/ip6/::1/tcp/0'] }] : []),
]

describe('network: members talk', () => {
  afterEach(stopAll)

  for (const { family, listen } of families)
    describe(`over ${family}`, () => {
      it('carries messages in order', async () => {
        const [a, b] = await startMesh(2, { listen })
        assert(a && b)
        const received: string[] = []
        b.messages.onMessage(MESSAGE, (from, payload) => received.push(`${from}: ${text(payload)}`))
        for (const word of ['one', 'two', 'three']) a.messages.send(b.connections.self, MESSAGE, utf8(word))
        await eventually('the third message', () => received.length === 3)
        assert.deepEqual(
          received,
          ['one', 'two', 'three'].map((word) => `${a.connections.self}: ${word}`),
        )
      })

      it('answers requests', async () => {
        const [a, b] = await startMesh(2, { listen })
        assert(a && b)
        b.requests.handleRequest(REQUEST, async (from, payload) => utf8(`${from} asked ${text(payload)}`))
        const answer = await a.requests.request(b.connections.self, REQUEST, utf8('why'), {
          timeoutMs: 5_000,
        })
        assert.equal(text(answer), `${a.connections.self} asked why`)
      })

      it('streams frames both ways until each side closes', async () => {
        const [a, b] = await startMesh(2, { listen })
        assert(a && b)
        b.streams.handleStream(STREAM, async (stream) => {
          for (let frame = await stream.read(); frame !== null; frame = await stream.read())
            await stream.write(utf8(text(frame).toUpperCase()))
        })
        const stream = await a.streams.openStream(b.connections.self, STREAM, { timeoutMs: 5_000 })
        assert.equal(stream.peer, b.connections.self)
        await stream.write(utf8('abc'))
        assert.equal(text((await stream.read()) ?? utf8('')), 'ABC')
        await stream.write(new Uint8Array(0))
        assert.equal((await stream.read())?.byteLength, 0)
        await stream.close()
        assert.equal(await stream.read(), null)
      })
    })

  it('dials a member that is not connected for a request', async () => {
    const [a, b] = [await startNode(), await startNode()]
    const members = new Set([a.connections.self, b.connections.self])
    b.connections.setMembers(members)
    b.requests.handleRequest(REQUEST, async () => utf8('here'))
    a.connections.learn(b.connections.self, b.connections.addresses())
    const answer = await a.requests.request(b.connections.self, REQUEST, utf8(''), { timeoutMs: 5_000 })
    assert.equal(text(answer), 'here')
  })

  it('carries a coded error across a request, and names an exception internal', async () => {
    const [a, b] = await startMesh(2)
    assert(a && b)
    b.requests.handleRequest(REQUEST, async (_from, payload) => {
      if (text(payload) === 'coded') throw new CoterieError('notLeader', { leader: 'someone' })
      throw new TypeError('a mistake')
    })
    const ask = (word: string) =>
      a.requests.request(b.connections.self, REQUEST, utf8(word), { timeoutMs: 5_000 })
    await assert.rejects(ask('coded'), (error) => {
      assert(isCoterieError(error, 'notLeader'))
      assert.deepEqual(error.data, { leader: 'someone' })
      return true
    })
    await assert.rejects(ask('mistake'), { code: 'internal', data: { detail: 'a mistake' } })
  })

  it('survives exceptions in every kind of listener', async () => {
    const [a, b] = await startMesh(2)
    assert(a && b)
    const seen: string[] = []
    const fail = (what: string) => {
      seen.push(what)
      throw new Error(`a mistake in a ${what} listener`)
    }
    b.messages.onMessage(MESSAGE, () => fail('message'))
    b.streams.handleStream(STREAM, async () => fail('stream'))
    b.topics.subscribe('words', () => fail('topic'))
    b.connections.onPeer(() => fail('peer'))
    a.topics.subscribe('words', () => {})
    await eventually('all listeners were called', async () => {
      a.messages.send(b.connections.self, MESSAGE, utf8('x'))
      a.topics.publish('words', utf8('x'))
      if (!seen.includes('stream'))
        await a.streams.openStream(b.connections.self, STREAM, { timeoutMs: 5_000 })
      return ['message', 'stream', 'topic'].every((what) => seen.includes(what))
    })
    await stopAll()
    assert(seen.includes('peer'))
  })

  it('gives up a request at its deadline, and at its signal', async () => {
    const [a, b] = await startMesh(2)
    assert(a && b)
    b.requests.handleRequest(REQUEST, () => new Promise(() => {}))
    const ask = (options: { timeoutMs: number; signal?: AbortSignal }) =>
      a.requests.request(b.connections.self, REQUEST, utf8('?'), options)
    await assert.rejects(ask({ timeoutMs: 50 }), { code: 'requestTimedOut' })
    const controller = new AbortController()
    const asked = ask({ timeoutMs: 60_000, signal: controller.signal })
    controller.abort(new Error('no longer wanted'))
    await assert.rejects(asked, { message: 'no longer wanted' })
  })

  it('names an unknown node unreachable at once', async () => {
    const a = await startNode()
    const b = await startNode()
    const asked = a.requests.request(b.connections.self, REQUEST, utf8('?'), { timeoutMs: 60_000 })
    await assert.rejects(asked, { code: 'peerUnreachable' })
  })
})
