import assert from 'node:assert/strict'
import { createConnection, type Socket } from 'node:net'
import { CLIENT_STRANGERS_MAX, STRANGER_BYTES_MAX } from '../../../node/network/limits.ts'
import type { Clock } from '../../../node/ports/clock.ts'
import type { Network } from '../../../node/ports/network.ts'
import { eventually } from '../../support/eventually.ts'
import {
  isConnected,
  JOIN,
  LOOPBACK,
  MESSAGE,
  makeMesh,
  REQUEST,
  realClock,
  STREAM,
  startMesh,
  startNode,
  stopAll,
  text,
  utf8,
} from './nodes.ts'
import { retainedBytes } from './retained.ts'

const TIMEOUT = { timeoutMs: 5_000 }

const addressOf = (network: Network): string => {
  const [address] = network.connections.addresses()
  assert(address !== undefined)
  return address
}

const serveEverything = (network: Network, reached: string[]): void => {
  network.messages.onMessage(MESSAGE, () => reached.push('message'))
  network.streams.handleStream(STREAM, async () => {
    reached.push('stream')
  })
  network.requests.handleRequest(REQUEST, async () => {
    reached.push('request')
    return utf8('')
  })
  network.requests.handleRequest(JOIN, async (from) => utf8(`welcome ${from}`), { strangers: true })
}

/** A clock on which what lasts over a second lasts a twentieth of it. */
const hasty: Clock = {
  ...realClock,
  after: (afterMs, task) => realClock.after(afterMs > 1_000 ? afterMs / 20 : afterMs, task),
}

describe('network: the gate', () => {
  afterEach(stopAll)

  it('answers a stranger on the join protocol and on no other', async () => {
    const reached: string[] = []
    const [member, stranger] = [await startNode(), await startNode()]
    serveEverything(member, reached)
    const node = await stranger.connections.dial(addressOf(member), TIMEOUT)
    assert.equal(node, member.connections.self)

    const welcome = await stranger.requests.request(node, JOIN, utf8(''), TIMEOUT)
    assert.equal(text(welcome), `welcome ${stranger.connections.self}`)
    await assert.rejects(stranger.requests.request(node, REQUEST, utf8('x'), TIMEOUT), {
      code: 'peerUnreachable',
    })
    stranger.messages.send(node, MESSAGE, utf8('x'))
    const stream = await stranger.streams.openStream(node, STREAM, TIMEOUT)
    await assert.rejects(stream.read(), { code: 'peerUnreachable' })
    assert.deepEqual(reached, [])
    assert.deepEqual(member.connections.connected(), [])
  })

  it('refuses a large frame of a stranger', async () => {
    const [member, stranger] = [await startNode(), await startNode()]
    serveEverything(member, [])
    const node = await stranger.connections.dial(addressOf(member), TIMEOUT)
    await assert.rejects(stranger.requests.request(node, JOIN, new Uint8Array(5_000), TIMEOUT), {
      code: 'peerUnreachable',
    })
  })

  it('ends the connection of a stranger that sends too much', async () => {
    const [member, stranger] = [await startNode(), await startNode()]
    serveEverything(member, [])
    const node = await stranger.connections.dial(addressOf(member), TIMEOUT)
    const chatter = async (): Promise<void> => {
      for (let bytes = 0; bytes < 2 * STRANGER_BYTES_MAX; bytes += 4_000)
        await stranger.requests.request(node, JOIN, new Uint8Array(4_000), TIMEOUT)
    }
    await assert.rejects(chatter(), { code: 'peerUnreachable' })
  })

  it('announces the open connection of a stranger that becomes a member', async () => {
    const [member, joiner] = [await startNode(), await startNode()]
    const events: string[] = []
    member.connections.onPeer(({ type, peer }) => events.push(`${type} ${peer}`))
    await joiner.connections.dial(addressOf(member), TIMEOUT)
    assert.deepEqual(events, [])
    makeMesh([member, joiner])
    assert(isConnected(joiner, member))
    await eventually('both ends', () => isConnected(member, joiner))
    assert.deepEqual(events, [`connected ${joiner.connections.self}`])
  })

  it('closes the connections of a node that ceases to be a member', async () => {
    const [a, b, c] = await startMesh(3)
    assert(a && b && c)
    const left = [a.connections.self, b.connections.self]
    a.connections.setMembers(new Set(left))
    assert(!isConnected(a, c))
    await eventually('the other end', () => !isConnected(c, a))
    assert(isConnected(a, b))
  })

  /** How many of so many strangers are answered, each of which dials one of these addresses. */
  const welcomed = async (count: number, addresses: readonly string[]): Promise<number> => {
    const strangers = await Promise.all(Array.from({ length: count }, () => startNode()))
    const asked = await Promise.allSettled(
      strangers.map(async ({ connections, requests }, at) => {
        const node = await connections.dial(addresses[at % addresses.length] as string, TIMEOUT)
        return requests.request(node, JOIN, utf8(''), TIMEOUT)
      }),
    )
    return asked.filter(({ status }) => status === 'fulfilled').length
  }

  it('takes so many strangers of one address at once, and then those of another one', async () => {
    const member = await startNode({ listen: [LOOPBACK, '/ip6/::1/tcp/0'] })
    serveEverything(member, [])
    const [here = '', there = ''] = member.connections.addresses()
    assert.equal(await welcomed(CLIENT_STRANGERS_MAX + 4, [here]), CLIENT_STRANGERS_MAX)
    assert.equal(await welcomed(1, [there]), 1)
  })

  it('sends a stranger away after a time, and has room again', async () => {
    const member = await startNode({}, { clock: hasty })
    serveEverything(member, [])
    const strangers = await Promise.all(Array.from({ length: CLIENT_STRANGERS_MAX }, () => startNode()))
    await Promise.all(strangers.map(({ connections }) => connections.dial(addressOf(member), TIMEOUT)))
    const late = await startNode()
    const welcome = await eventually('room for one more', async () => {
      const node = await late.connections.dial(addressOf(member), TIMEOUT)
      return late.requests.request(node, JOIN, utf8(''), TIMEOUT)
    })
    assert.equal(text(welcome), `welcome ${late.connections.self}`)
  })

  it('stays up and bounded when a stranger opens thousands of connections', async function () {
    this.timeout(120_000)
    const [member, other] = await startMesh(2)
    assert(member && other)
    serveEverything(member, [])
    const port = Number(addressOf(member).split('/').at(-1))
    const before = retainedBytes()
    let opened = 0
    let open = new Set<Socket>()
    while (opened < 10_000) {
      const socket = createConnection({ host: '127.0.0.1', port })
      open.add(socket)
      socket.on('error', () => {}).on('close', () => open.delete(socket))
      opened += 1
      await eventually('the flood to go on', () => open.size < 500)
    }
    const grown = retainedBytes() - before
    for (const socket of open) socket.destroy()
    open = new Set()
    assert(grown < 64 * 1024 * 1024, `${grown} bytes are held`)
    const answer = await other.requests.request(member.connections.self, JOIN, utf8(''), TIMEOUT)
    assert.equal(text(answer), `welcome ${other.connections.self}`)
  })
})
