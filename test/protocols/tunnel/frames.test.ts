import assert from 'node:assert/strict'
import fc from 'fast-check'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import {
  decodeTunnelFrame,
  encodeTunnelFrame,
  TUNNEL_DATA_BYTES_MAX,
  TUNNEL_FRAME_BYTES_MAX,
  type TunnelFrame,
} from '../../../protocols/tunnel/index.ts'

const stream = fc.integer({ min: 1, max: 0xffffffff })
const octets = (maxLength: number) =>
  fc.array(fc.integer({ min: 0x20, max: 0x7e }), { maxLength }).map((codes) => String.fromCharCode(...codes))
const header = fc.tuple(fc.constantFrom('accept', 'x-a', 'content-type'), octets(40))
const headers = fc.array(header, { maxLength: 12 })

const anyFrame: fc.Arbitrary<TunnelFrame> = fc.oneof(
  fc.record({
    type: fc.constant('open' as const),
    stream,
    head: fc.record({
      service: fc.constantFrom('web', 'a-b', '0'),
      method: fc.constantFrom('GET', 'POST', 'PATCH'),
      path: fc.webPath().map((path) => `/${path.replace(/^\/+/, '')}`),
      headers,
    }),
  }),
  fc.record({
    type: fc.constant('head' as const),
    stream,
    head: fc.record({ status: fc.integer({ min: 200, max: 599 }), headers }),
  }),
  fc.record({
    type: fc.constant('data' as const),
    stream,
    bytes: fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => new Uint8Array(bytes)),
  }),
  fc.record({ type: fc.constant('end' as const), stream }),
  fc.record({ type: fc.constant('credit' as const), stream, bytes: stream }),
  fc.record({
    type: fc.constant('reset' as const),
    stream: fc.nat(),
    code: fc.integer({ min: 0, max: 65535 }),
  }),
  fc.record({ type: fc.constantFrom('ping' as const, 'pong' as const), stream: fc.constant(0 as const) }),
)

/** Either a frame or one of the two errors that a receiver may meet; anything else is thrown on. */
const tryDecode = (bytes: Uint8Array<ArrayBuffer>): TunnelFrame | null => {
  try {
    return decodeTunnelFrame(bytes)
  } catch (error) {
    if (isCoterieError(error, 'tunnelMalformed') || isCoterieError(error, 'frameTooLarge')) return null
    throw error
  }
}

describe('tunnel frames', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(anyFrame, (frame) => {
        // A clone has ordinary prototypes, which fast-check's records need not have.
        assert.deepEqual(decodeTunnelFrame(encodeTunnelFrame(frame)), structuredClone(frame))
      }),
    )
  })

  it('of random bytes are refused with a code, or mean what they say', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const frame = tryDecode(new Uint8Array(bytes))
        if (frame !== null) assert.deepEqual([...encodeTunnelFrame(frame)], [...bytes])
      }),
      { numRuns: 2000 },
    )
  })

  it('with a byte changed, cut off or added never do worse', () => {
    fc.assert(
      fc.property(
        anyFrame,
        fc.nat(),
        fc.nat({ max: 255 }),
        fc.integer({ min: -3, max: 3 }),
        (frame, at, value, grow) => {
          const whole = encodeTunnelFrame(frame)
          const bytes = new Uint8Array(Math.max(0, whole.byteLength + grow))
          bytes.set(whole.subarray(0, bytes.byteLength))
          if (bytes.byteLength > 0) bytes[at % bytes.byteLength] = value
          const read = tryDecode(bytes)
          if (read !== null) assert.deepEqual([...encodeTunnelFrame(read)], [...bytes])
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('may be as long as the limit and no longer', () => {
    const largest = encodeTunnelFrame({
      type: 'data',
      stream: 1,
      bytes: new Uint8Array(TUNNEL_DATA_BYTES_MAX),
    })
    assert.equal(largest.byteLength, TUNNEL_FRAME_BYTES_MAX)
    assert.equal(decodeTunnelFrame(largest).type, 'data')
    const over = new Uint8Array(TUNNEL_FRAME_BYTES_MAX + 1)
    over.set(largest)
    assert.throws(
      () => decodeTunnelFrame(over),
      (error) => isCoterieError(error, 'frameTooLarge'),
    )
  })

  for (const [what, value] of [
    ['a line end in a header', { headers: [['x-a', 'b\r\nhost: other']] }],
    ['a line end in a header name', { headers: [['x-a\r\n', 'b']] }],
    ['a space in a path', { path: '/a HTTP/1.1' }],
    ['a path without its slash', { path: 'http://other/' }],
    ['a method that is none', { method: 'GET /' }],
    ['a service that is no name', { service: 'Web' }],
  ] as const) {
    it(`refuse ${what}`, () => {
      const head = { service: 'web', method: 'GET', path: '/', headers: [], ...value }
      const bytes = encodeTunnelFrame({ type: 'open', stream: 1, head })
      assert.throws(
        () => decodeTunnelFrame(bytes),
        (error) => isCoterieError(error, 'tunnelMalformed'),
      )
    })
  }

  it('say when the headers of this end are too large', () => {
    const head = { status: 200, headers: [['set-cookie', 'a'.repeat(20_000)]] as const }
    assert.throws(
      () => encodeTunnelFrame({ type: 'head', stream: 1, head }),
      (error) => isCoterieError(error, 'tunnelHeadTooLarge'),
    )
  })
})
