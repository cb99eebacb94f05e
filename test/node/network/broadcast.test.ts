/** UDP discovery over real sockets on loopback. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { discoveryKey } from '../../../node/join/index.ts'
import {
  ANSWERS_PER_SECOND_MAX,
  createAnswerBudget,
  NONCES_REMEMBERED_MAX,
} from '../../../node/network/discovery/broadcast/answer-budget.ts'
import { openPacket, PACKET_BYTES, sealPacket } from '../../../node/network/discovery/broadcast/packet.ts'
import { broadcastAddress, segmentsOf } from '../../../node/network/discovery/broadcast/segments.ts'
import { type Asker, openSegmentSockets } from '../../../node/network/discovery/broadcast/sockets.ts'
import {
  type BroadcastInit,
  createBroadcastDiscovery,
  generateIdentity,
  nodeIdOf,
} from '../../../node/network/index.ts'
import type { Discovery, FoundNode } from '../../../node/ports/discovery.ts'
import type { BroadcastMessage } from '../../../protocols/discovery/index.ts'
import { eventually } from '../../support/eventually.ts'
import { createHandClock } from '../../support/hand-clock.ts'
import { createLogBook, realClock } from './nodes.ts'

const EVERYBODY = '127.255.255.255'

const newKey = () => new Uint8Array(randomBytes(32))
const newNonce = () => new Uint8Array(randomBytes(16))

const newNode = (port: number) => ({
  node: nodeIdOf(generateIdentity()),
  addresses: [`/ip4/127.0.0.1/tcp/${port}`, `/ip6/::1/tcp/${port}`],
})

/** A UDP port that is free now, for the whole of a test. */
const freePort = async (): Promise<number> => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

describe('network: UDP broadcast on loopback', () => {
  const running = new Set<Discovery>()
  const sockets = new Set<Socket>()
  let port: number

  beforeEach(async () => {
    port = await freePort()
  })
  afterEach(async () => {
    for (const socket of sockets) socket.close()
    sockets.clear()
    await Promise.all([...running].map((discovery) => discovery.stop()))
    running.clear()
  })

  const startDiscovery = async (key: Uint8Array, announce: BroadcastInit['announce']) => {
    const found: FoundNode[] = []
    const { logger, lines } = createLogBook()
    const init = { key, port, interfaces: 'loopback', announce } as const
    const discovery = createBroadcastDiscovery({ logger, clock: realClock }, init)
    running.add(discovery)
    discovery.onFound((node) => found.push(node))
    await discovery.start()
    return { found, lines, discovery }
  }

  /** Somebody with a socket of their own on loopback. */
  const openSocket = async () => {
    const received: Uint8Array[] = []
    const socket = createSocket('udp4').bind(0, '127.0.0.1')
    sockets.add(socket)
    await once(socket, 'listening')
    socket.setBroadcast(true)
    socket.on('message', (packet) => received.push(packet))
    const send = (packet: Uint8Array) =>
      new Promise<void>((resolve, reject) =>
        socket.send(packet, port, EVERYBODY, (error) => (error === null ? resolve() : reject(error))),
      )
    return { received, send }
  }

  it('finds every node of its mesh on one machine, not itself, and not those of another mesh', async () => {
    const key = newKey()
    const nodes = [newNode(1001), newNode(1002), newNode(1003)]
    const stranger = newNode(1004)
    const foreign = await startDiscovery(newKey(), () => stranger)
    const members = await Promise.all(nodes.map((node) => startDiscovery(key, () => node)))
    for (const [place, { found }] of members.entries()) {
      const others = nodes.filter((_, other) => other !== place)
      await eventually('the others are found', () => new Set(found.map(({ node }) => node)).size === 2)
      for (const { node, addresses, method } of found) {
        assert.equal(method, 'broadcast')
        assert.deepEqual(addresses, others.find((other) => other.node === node)?.addresses)
      }
    }
    assert.deepEqual(foreign.found, [])
  })

  it('finds without being found, beside a daemon on the same port', async () => {
    const key = newKey()
    const daemon = newNode(1001)
    const { found: foundByDaemon } = await startDiscovery(key, () => daemon)
    const { found, discovery } = await startDiscovery(key, null)
    await eventually('the daemon is found', () => found.some(({ node }) => node === daemon.node))
    assert.equal(discovery.trouble(), null)
    assert.deepEqual(foundByDaemon, [])
  })

  it('answers a question once, with no more bytes, and says nothing to whoever has no key', async () => {
    const key = newKey()
    const member = newNode(1001)
    await startDiscovery(key, () => member)
    const { received, send } = await openSocket()
    const nonce = newNonce()
    const question = sealPacket(key, { type: 'question', nonce })
    const last = sealPacket(key, { type: 'question', nonce: newNonce() })
    const hostile = [
      new Uint8Array(),
      randomBytes(PACKET_BYTES),
      question.subarray(1),
      sealPacket(newKey(), { type: 'question', nonce: newNonce() }),
      sealPacket(key, { type: 'answer', nonce, ...newNode(1) }),
    ]
    await eventually('an answer', async () => {
      await send(question)
      return received.length > 0
    })
    for (const packet of [...hostile, question, question, last]) await send(packet)
    await eventually('the answer to the last question', () =>
      received.some((packet) => Buffer.compare(nonceOf(key, packet), nonceOf(key, last)) === 0),
    )
    assert.equal(received.length, 2)
    for (const packet of received) assert.equal(packet.byteLength, question.byteLength)
  })

  it('believes answers to its own questions only', async () => {
    const key = newKey()
    const liar = newNode(1001)
    const { found } = await startDiscovery(key, null)
    const ear = createSocket({ type: 'udp4', reuseAddr: true }).bind(port, EVERYBODY)
    sockets.add(ear)
    const answered = Promise.withResolvers<void>()
    ear.on('message', (packet, { port: asker }) => {
      const answer = (more: object) =>
        sealPacket(key, { type: 'answer', nonce: nonceOf(key, packet), ...liar, ...more } as BroadcastMessage)
      const lies = [
        answer({ nonce: newNonce() }),
        answer({ node: '1'.repeat(40) }),
        answer({ addresses: ['/nowhere'] }),
      ]
      for (const lie of lies) ear.send(lie, asker, '127.0.0.1')
      ear.send(answer({ addresses: ['/nowhere', '/ip4/127.0.0.1/tcp/7'] }), asker, '127.0.0.1', () =>
        answered.resolve(),
      )
    })
    await answered.promise
    await eventually('what was true', () => found.length > 0)
    const [first] = found
    assert.deepEqual(first, { node: liar.node, addresses: ['/ip4/127.0.0.1/tcp/7'], method: 'broadcast' })
  })

  it('outlives an asker whose forged address nothing can be sent to', async () => {
    const [segment] = segmentsOf('loopback')
    const warning = Promise.withResolvers<Error>()
    const answers: Uint8Array[] = []
    const events = {
      onQuestion: (packet: Uint8Array, asker: Asker) => {
        sockets.answer(packet, { ...asker, port: 0 })
        sockets.answer(packet, asker)
      },
      onAnswer: (packet: Uint8Array) => void answers.push(packet),
      onWarning: warning.resolve,
      onFailure: warning.reject,
    }
    const sockets = openSegmentSockets(
      segment ?? assert.fail('no loopback'),
      { port, isFindable: true },
      events,
    )
    try {
      await eventually('an answer', () => {
        sockets.ask(new Uint8Array(1))
        return answers.length > 0
      })
      assert.match((await warning.promise).message, /port/i)
    } finally {
      await sockets.close()
    }
  })

  it('still asks where another program does not share the port, and warns of it once', async () => {
    const key = newKey()
    const taken = createSocket('udp4').bind(port, '0.0.0.0')
    sockets.add(taken)
    const question = once(taken, 'message')
    const { lines, discovery } = await startDiscovery(key, () => newNode(1001))
    const [packet] = await question
    assert.equal(openPacket(key, packet)?.type, 'question')
    await eventually('the warning', () =>
      lines.some((line) => JSON.stringify(line).includes('UDP broadcast')),
    )
    assert.match(discovery.trouble() ?? '', /EADDRINUSE/)
  })
})

const nonceOf = (key: Uint8Array, packet: Uint8Array): Uint8Array =>
  openPacket(key, packet)?.nonce ?? assert.fail('it cannot be opened')

describe('network: packets of UDP discovery', () => {
  it('are all of one length, and an answer tells as many addresses as fit', () => {
    const key = newKey()
    const { node } = newNode(1)
    const addresses = Array.from(
      { length: 16 },
      (_, at) => `/dns/${`${at}`.padStart(60, 'x')}.${'y'.repeat(60)}/tcp/7946`,
    )
    const packet = sealPacket(key, { type: 'answer', nonce: newNonce(), node, addresses })
    assert.equal(packet.byteLength, PACKET_BYTES)
    const opened = openPacket(key, packet)
    assert.ok(opened?.type === 'answer' && opened.addresses.length > 4 && opened.addresses.length < 16)
    assert.deepEqual(opened.addresses, addresses.slice(0, opened.addresses.length))
    assert.equal(sealPacket(key, { type: 'question', nonce: newNonce() }).byteLength, PACKET_BYTES)
  })

  it('are opened as another version sealed them, with the key that the mesh gives', () => {
    const sealed = readFileSync(new URL('../../fixtures/discovery-packet.base64', import.meta.url), 'utf8')
    const key = discoveryKey('0123456789abcdef')
    assert.deepEqual(openPacket(key, Buffer.from(sealed, 'base64')), {
      type: 'answer',
      nonce: new Uint8Array(16).fill(7),
      node: '12D3KooWGzBkWmYQHh8ytmPGbSj1pnSyZ4GhVYNdBWBFFCTTCEDQ',
      addresses: ['/ip4/192.0.2.7/tcp/7946'],
    })
  })

  it('go to the last address of a network, where it has one', () => {
    const cases = [
      ['192.0.2.7', '255.255.255.0', '192.0.2.255'],
      ['10.86.3.1', '255.255.252.0', '10.86.3.255'],
      ['127.0.0.1', '255.0.0.0', '127.255.255.255'],
      ['192.0.2.7', '255.255.255.254', null],
      ['192.0.2.7', '255.255.255.255', null],
    ] as const
    for (const [address, netmask, wanted] of cases) assert.equal(broadcastAddress(address, netmask), wanted)
  })

  it('are answered so many times a second, each nonce once, and what is remembered is bounded', () => {
    const clock = createHandClock()
    const mayAnswer = createAnswerBudget(clock)
    const asked = Array.from({ length: 2 * ANSWERS_PER_SECOND_MAX }, (_, at) => mayAnswer(`a${at}`))
    assert.equal(asked.filter(Boolean).length, ANSWERS_PER_SECOND_MAX)
    assert.equal(mayAnswer('a0'), false)
    for (let at = 0; at < NONCES_REMEMBERED_MAX; at++) {
      if (at % ANSWERS_PER_SECOND_MAX === 0) clock.pass(1_000)
      assert.ok(mayAnswer(`b${at}`))
    }
    clock.pass(1_000)
    assert.equal(mayAnswer('b0'), false)
    assert.equal(mayAnswer('a0'), true, 'the oldest is forgotten')
  })
})
