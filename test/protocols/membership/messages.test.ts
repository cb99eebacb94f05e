import assert from 'node:assert/strict'
import fc from 'fast-check'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import { type MembershipMessage, membershipCodec } from '../../../protocols/membership/index.ts'
import { FRAME_BYTES_MAX } from '../../../protocols/wire/index.ts'

/** Plain objects, as the codec makes them. */
const record = <Shape>(shape: { [Key in keyof Shape]: fc.Arbitrary<Shape[Key]> }) =>
  fc.record<Shape>(shape, { noNullPrototype: true })

const BASE58 = [...'123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz']
const node = fc.string({ unit: fc.constantFrom(...BASE58), minLength: 20, maxLength: 80 })
const addresses = fc.array(
  fc.ipV4().map((ip) => `/ip4/${ip}/tcp/7946`),
  { maxLength: 16 },
)
const incarnation = fc.integer({ min: 1, max: 2 ** 40 })
const number = fc.nat()
const sums = fc.array(fc.nat(2 ** 32 - 1), { minLength: 64, maxLength: 64 })
const message: fc.Arbitrary<MembershipMessage> = record({
  speaker: record({ incarnation, left: fc.boolean(), addresses }),
  news: fc.array(
    record({
      node,
      state: fc.constantFrom('alive' as const, 'suspect' as const, 'dead' as const, 'left' as const),
      incarnation,
      addresses,
      accusers: fc.array(node, { maxLength: 4 }),
    }),
    { maxLength: 128 },
  ),
  body: fc.oneof(
    record({ type: fc.constantFrom('ping' as const, 'ack' as const), number, origin: node }),
    record({ type: fc.constant('pingRequest' as const), number, target: node, withinMs: fc.nat(60_000) }),
    record({ type: fc.constantFrom('vouch' as const, 'nack' as const), number, target: node }),
    record({ type: fc.constantFrom('news' as const, 'records' as const) }),
    record({ type: fc.constant('digest' as const), sums, ask: fc.boolean() }),
  ),
})

const speaker = { incarnation: 1, left: false, addresses: [] }
const news = {
  node: 'a'.repeat(52),
  state: 'dead' as const,
  incarnation: 1,
  addresses: [] as string[],
  accusers: [] as string[],
}

describe('membership messages', () => {
  it('round-trip', () => {
    fc.assert(
      fc.property(message, (sent) => {
        assert.deepEqual(membershipCodec.decode(membershipCodec.encode(sent)), sent)
      }),
    )
  })

  it('fit a frame at their largest', () => {
    const addresses = Array.from({ length: 16 }, () => `/${'x'.repeat(255)}`)
    const id = 'a'.repeat(80)
    const largest = { ...news, node: id, addresses, accusers: [id, id, id, id] }
    const sent: MembershipMessage = {
      speaker: { ...speaker, addresses },
      news: Array.from({ length: 128 }, () => largest),
      body: { type: 'records' },
    }
    assert.ok(
      membershipCodec.encode(membershipCodec.decode(membershipCodec.encode(sent))).byteLength <
        FRAME_BYTES_MAX,
    )
  })

  const body = { type: 'news' }
  for (const [what, hostile] of [
    ['more news than may be', { speaker, news: Array.from({ length: 129 }, () => news), body }],
    [
      'more addresses than may be',
      { speaker: { ...speaker, addresses: Array(17).fill('/ip4/192.0.2.1') }, news: [], body },
    ],
    ['an address that is none', { speaker: { ...speaker, addresses: ['192.0.2.1'] }, news: [], body }],
    ['the incarnation 0', { speaker: { ...speaker, incarnation: 0 }, news: [], body }],
    ['an incarnation without end', { speaker: { ...speaker, incarnation: 2 ** 53 }, news: [], body }],
    ['a state that nobody may claim', { speaker, news: [{ ...news, state: 'unknown' }], body }],
    ['more accusers than may be', { speaker, news: [{ ...news, accusers: Array(5).fill(news.node) }], body }],
    ['a digest of another size', { speaker, news: [], body: { type: 'digest', sums: [1], ask: true } }],
    ['a node that is none', { speaker, news: [{ ...news, node: 'not an id' }], body }],
    ['a body of another kind', { speaker, news: [], body: { type: 'shutdown' } }],
    ['no speaker', { news: [], body }],
  ] as const) {
    it(`refuse ${what}`, () => {
      const bytes = membershipCodec.encode(hostile as unknown as MembershipMessage)
      assert.throws(
        () => membershipCodec.decode(bytes),
        (error) => isCoterieError(error, 'malformedMessage'),
      )
    })
  }
})
