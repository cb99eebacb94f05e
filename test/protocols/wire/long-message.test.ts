import assert from 'node:assert/strict'
import { encode } from 'cborg'
import fc from 'fast-check'
import { Type } from 'typebox'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import { defineLongMessage, defineMessage } from '../../../protocols/wire/index.ts'

const Schema = Type.Object({
  format: Type.Integer(),
  since: Type.Optional(Type.Object({ list: Type.Array(Type.Integer()) })),
  names: Type.Array(Type.String({ maxLength: 20 })),
  pairs: Type.Array(Type.Tuple([Type.Integer(), Type.String()])),
  few: Type.Array(Type.Integer({ minimum: 0 }), { maxItems: 3 }),
})

const long = defineLongMessage('test', Schema)
const plain = defineMessage('test', Schema)

const message = fc.record(
  {
    format: fc.nat(),
    names: fc.array(fc.string({ maxLength: 20 })),
    pairs: fc.array(fc.tuple(fc.nat(), fc.string())),
    few: fc.array(fc.nat(), { maxLength: 3 }),
    since: fc.record({ list: fc.array(fc.nat()) }),
  },
  { requiredKeys: ['format', 'names', 'pairs', 'few'] },
)

const isRefused = (bytes: Uint8Array, codec: { decode(bytes: Uint8Array): unknown }): boolean => {
  try {
    codec.decode(bytes)
    return false
  } catch (error) {
    assert.ok(isCoterieError(error, 'malformedMessage'), String(error))
    return true
  }
}

describe('a message with long lists', () => {
  it('has the bytes that it has as any other message, and is read back from them', () => {
    fc.assert(
      fc.property(message, (each) => {
        const bytes = plain.encode(each)
        assert.deepEqual(long.encode(each), bytes)
        assert.deepEqual(long.decode(bytes), plain.decode(bytes))
      }),
    )
  })

  it('is written and read in slices where its lists are long, and of any length', () => {
    for (const length of [0, 23, 24, 255, 256, 999, 1_000, 1_001, 2_000, 70_000]) {
      const names = Array.from({ length }, (_, at) => `name ${at}`)
      const each = { format: 1, names, pairs: [], few: [] }
      const bytes = encode(each)
      const [writing, reading] = [long.encodeInSlices(each), long.decodeInSlices(bytes)]
      let slices = 0
      for (let step = writing.next(); ; step = writing.next()) {
        slices += 1
        if (!step.done) continue
        assert.deepEqual(step.value, new Uint8Array(bytes))
        break
      }
      assert.equal(slices, Math.max(1, Math.ceil(length / 1_000)))
      for (let step = reading.next(); ; step = reading.next()) {
        if (!step.done) continue
        assert.deepEqual(step.value, each)
        break
      }
    }
  })

  it('is refused where any other message is, when a byte of it is another one', () => {
    const place = fc.record({ at: fc.nat(), to: fc.nat(255), cut: fc.boolean() })
    fc.assert(
      fc.property(message, place, (each, { at, to, cut }) => {
        const whole = plain.encode(each)
        const bytes = cut ? whole.slice(0, at % whole.byteLength) : whole.slice()
        if (!cut) bytes[at % bytes.byteLength] = to
        assert.equal(isRefused(bytes, long), isRefused(bytes, plain))
      }),
      { numRuns: 1_000 },
    )
  })

  for (const [what, bytes] of [
    ['nothing', Uint8Array.of()],
    ['no map', encode([1])],
    ['more of a list than it may hold', encode({ format: 1, names: [], pairs: [], few: [1, 2, 3, 4] })],
    [
      'a list of four billion items of which none comes',
      Uint8Array.of(0xa1, 0x65, ...Buffer.from('names'), 0x9a, 255, 255, 255, 255),
    ],
    ['a field twice', Uint8Array.of(0xa2, 0x61, 0x61, 1, 0x61, 0x61, 1)],
    ['bytes after it', Uint8Array.of(...encode({ format: 1, names: [], pairs: [], few: [] }), 0)],
  ] as const) {
    it(`is refused where it is ${what}`, () => assert.equal(isRefused(bytes, long), true))
  }
})
