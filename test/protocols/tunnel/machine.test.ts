import assert from 'node:assert/strict'
import fc from 'fast-check'
import { ERRORS } from '../../../protocols/errors/index.ts'
import {
  createTunnelState,
  encodeTunnelFrame,
  stepTunnel,
  TUNNEL_STREAMS_MAX,
  TUNNEL_WINDOW_BYTES,
  type TunnelEvent,
  type TunnelFrame,
  type TunnelNotice,
  type TunnelRole,
  type TunnelState,
} from '../../../protocols/tunnel/index.ts'

const HEAD = { service: 'web', method: 'GET', path: '/', headers: [] }

/** One end with what it sent and said, for looking at. */
class End {
  state: TunnelState
  readonly sent: Uint8Array<ArrayBuffer>[] = []
  readonly notices: TunnelNotice[] = []

  constructor(role: TunnelRole) {
    this.state = createTunnelState(role)
  }

  step(event: TunnelEvent): void {
    const { state, effects } = stepTunnel(this.state, event)
    this.state = state
    this.sent.push(...effects.send)
    this.notices.push(...effects.notify)
  }

  /** Takes a frame as if the other end had sent it. */
  hear(frame: TunnelFrame): void {
    this.step({ type: 'received', bytes: encodeTunnelFrame(frame) })
  }

  take(type: TunnelNotice['type']): TunnelNotice[] {
    return this.notices.filter((notice) => notice.type === type)
  }

  get credit(): number {
    return (this.state.phase === 'open' && this.state.streams.get(1)?.sendCredit) || 0
  }
}

/** Carries everything that each has sent to the other until nothing is left. */
const exchange = (a: End, b: End): void => {
  while (a.sent.length + b.sent.length > 0) {
    for (const bytes of a.sent.splice(0)) b.step({ type: 'received', bytes })
    for (const bytes of b.sent.splice(0)) a.step({ type: 'received', bytes })
  }
}

const opened = (): { client: End; server: End } => {
  const [client, server] = [new End('client'), new End('server')]
  client.step({ type: 'open', head: HEAD })
  exchange(client, server)
  return { client, server }
}

const closedWith = (end: End): number | null => (end.state.phase === 'closed' ? end.state.code : null)

describe('a tunnel', () => {
  it('carries a request and its answer, and forgets the stream', () => {
    const { client, server } = opened()
    client.step({ type: 'end', stream: 1 })
    server.step({ type: 'head', stream: 1, head: { status: 200, headers: [['x-a', 'b']] } })
    server.step({ type: 'data', stream: 1, bytes: new Uint8Array([1, 2, 3]) })
    server.step({ type: 'end', stream: 1 })
    exchange(client, server)
    assert.deepEqual(
      client.notices.map(({ type }) => type),
      ['headed', 'data', 'ended'],
    )
    for (const { state } of [client, server]) assert.equal(state.phase === 'open' && state.streams.size, 0)
  })

  it('lets no more bytes through than are read, whatever is sent and read when', () => {
    const act = fc.oneof(
      fc.record({ send: fc.integer({ min: 1, max: 65_000 }) }),
      fc.record({ read: fc.integer({ min: 1, max: 200_000 }) }),
    )
    fc.assert(
      fc.property(fc.array(act, { maxLength: 120 }), (acts) => {
        const { client, server } = opened()
        server.step({ type: 'head', stream: 1, head: { status: 200, headers: [] } })
        let unread = 0
        for (const { send = 0, read = 0 } of acts as { send?: number; read?: number }[]) {
          const bytes = new Uint8Array(Math.min(send, server.credit))
          if (bytes.byteLength > 0) server.step({ type: 'data', stream: 1, bytes })
          exchange(client, server)
          unread += bytes.byteLength
          const consumed = Math.min(read, unread)
          if (consumed > 0) client.step({ type: 'consumed', stream: 1, bytes: consumed })
          unread -= consumed
          exchange(client, server)
          assert.ok(unread <= TUNNEL_WINDOW_BYTES)
          assert.ok(server.credit + unread <= TUNNEL_WINDOW_BYTES)
        }
        assert.equal(client.state.phase, 'open')
        // All read: the sender can go on, short of what is not worth a frame.
        client.step({ type: 'consumed', stream: 1, bytes: unread })
        exchange(client, server)
        assert.ok(server.credit > TUNNEL_WINDOW_BYTES / 2)
      }),
    )
  })

  it('closes, with a code for both ends, when a peer sends over its credit', () => {
    const { client, server } = opened()
    const bytes = new Uint8Array(60_000)
    for (let sent = 0; sent <= TUNNEL_WINDOW_BYTES; sent += bytes.byteLength)
      server.hear({ type: 'data', stream: 1, bytes })
    assert.equal(closedWith(server), ERRORS.tunnelCreditExceeded.wire)
    exchange(client, server)
    assert.equal(closedWith(client), ERRORS.tunnelCreditExceeded.wire)
  })

  it('closes when a peer gives more credit than there is window', () => {
    const { server } = opened()
    server.hear({ type: 'credit', stream: 1, bytes: 1 })
    assert.equal(closedWith(server), ERRORS.tunnelCreditExceeded.wire)
  })

  for (const [what, frame] of [
    ['a stream out of order', { type: 'open', stream: 7, head: HEAD }],
    ['bytes on a stream that was never opened', { type: 'data', stream: 9, bytes: new Uint8Array(1) }],
    ['an answer from the asking side', { type: 'head', stream: 1, head: { status: 200, headers: [] } }],
  ] as const) {
    it(`closes as malformed on ${what}`, () => {
      const { server } = opened()
      server.hear(frame)
      assert.equal(closedWith(server), ERRORS.tunnelMalformed.wire)
    })
  }

  it('closes as malformed on an answer before its head, and on a stream opened by the answering side', () => {
    const before = opened().client
    before.hear({ type: 'data', stream: 1, bytes: new Uint8Array(1) })
    assert.equal(closedWith(before), ERRORS.tunnelMalformed.wire)
    const reversed = opened().client
    reversed.hear({ type: 'open', stream: 2, head: HEAD })
    assert.equal(closedWith(reversed), ERRORS.tunnelMalformed.wire)
  })

  it('resets the stream over the bound alone', () => {
    const server = new End('server')
    for (let stream = 1; stream <= TUNNEL_STREAMS_MAX + 1; stream++)
      server.hear({ type: 'open', stream, head: HEAD })
    assert.equal(server.state.phase === 'open' && server.state.streams.size, TUNNEL_STREAMS_MAX)
    assert.equal(server.take('opened').length, TUNNEL_STREAMS_MAX)
    const reset = encodeTunnelFrame({
      type: 'reset',
      stream: TUNNEL_STREAMS_MAX + 1,
      code: ERRORS.tunnelStreamsExhausted.wire,
    })
    assert.deepEqual(server.sent, [reset])
  })

  it('drops what still comes on a stream that it has given up', () => {
    const { client, server } = opened()
    server.step({ type: 'head', stream: 1, head: { status: 200, headers: [] } })
    server.step({ type: 'data', stream: 1, bytes: new Uint8Array(9) })
    client.step({ type: 'reset', stream: 1, code: ERRORS.streamCancelled.wire })
    exchange(client, server)
    assert.deepEqual(client.notices, [])
    assert.deepEqual(server.take('reset'), [{ type: 'reset', stream: 1, code: ERRORS.streamCancelled.wire }])
    assert.equal(client.state.phase, 'open')
  })

  it('answers a ping, and tells its own close to the other end', () => {
    const { client, server } = opened()
    server.step({ type: 'ping' })
    exchange(client, server)
    client.step({ type: 'close', code: ERRORS.streamCancelled.wire })
    exchange(client, server)
    assert.deepEqual(server.take('closed'), [{ type: 'closed', code: ERRORS.streamCancelled.wire }])
  })

  it('throws nothing and closes at most once, whatever arrives', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }), (messages) => {
        const { client, server } = opened()
        for (const bytes of messages)
          for (const end of [client, server]) end.step({ type: 'received', bytes: new Uint8Array(bytes) })
        for (const end of [client, server]) assert.ok(end.take('closed').length <= 1)
      }),
    )
  })
})
