import { deepEqual, deepStrictEqual, equal, throws } from 'node:assert/strict'
import { decode as cborgDecode, encode as cborgEncode } from 'cborg'
import fc from 'fast-check'
import { createRandom } from '../../../node/simulation/random.ts'
import { decode, decodeAt, encode } from '../../../protocols/wire/cbor/index.ts'
import { mutateBytes } from '../../fuzz/mutate-bytes.ts'

const STRICT = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
  allowNaN: false,
  allowInfinity: false,
}

/** Of every kind that a message may hold, and some that none should. */
const anyValue = fc.letrec((tie) => ({
  leaf: fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ maxLength: 140 }),
    fc.maxSafeInteger(),
    fc.integer(),
    fc.constantFrom(
      0,
      -0,
      23,
      24,
      255,
      256,
      65_535,
      65_536,
      2 ** 32 - 1,
      2 ** 32,
      2 ** 53 - 1,
      -(2 ** 53 - 1),
    ),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 300 }),
  ),
  key: fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: 'grapheme', maxLength: 8 })),
  value: fc.oneof(
    { depthSize: 'small' },
    tie('leaf'),
    fc.array(tie('value')),
    fc.dictionary(tie('key') as fc.Arbitrary<string>, tie('value')),
  ),
})).value

const outcome = (read: () => unknown): readonly unknown[] => {
  try {
    return ['read', read()]
  } catch {
    return ['refused']
  }
}

describe('CBOR', () => {
  it('is written as cborg writes it', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const written = encode(value)
        equal(written.constructor, Uint8Array)
        deepEqual(written, new Uint8Array(cborgEncode(value)))
      }),
      { numRuns: 300 },
    )
  })

  it('is read as cborg reads it', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const bytes = encode(value)
        deepStrictEqual(decode(bytes), cborgDecode(bytes, STRICT))
      }),
      { numRuns: 300 },
    )
  })

  it('is refused where cborg refuses it, and nowhere else', () => {
    const random = createRandom(1)
    const other = (): Uint8Array => encode({ other: [random(), 'other', 1_000], bytes: new Uint8Array(3) })
    fc.assert(
      fc.property(anyValue, (value) => {
        const bytes = mutateBytes(random, encode(value), other)
        deepStrictEqual(
          outcome(() => decode(bytes)),
          outcome(() => cborgDecode(bytes, STRICT)),
        )
      }),
      { numRuns: 1_000 },
    )
  })

  it('is read from any bytes as cborg reads them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 24 }), (bytes) => {
        deepStrictEqual(
          outcome(() => decode(bytes)),
          outcome(() => cborgDecode(bytes, STRICT)),
        )
      }),
      { numRuns: 4_000 },
    )
  })

  it('tells where a value ends', () => {
    deepEqual(decodeAt(Uint8Array.of(0xff, 0x82, 0x01, 0x02, 0x03), 1), [[1, 2], 4])
    deepEqual(decodeAt(Uint8Array.of(0xff, 0xf9, 0x3e, 0x00, 0x03), 1), [1.5, 4])
  })

  it('gives bytes that are nobody else’s, also of a Buffer', () => {
    const frame = Buffer.from(encode({ bytes: Uint8Array.of(1, 2, 3) }))
    const { bytes } = decode(frame) as { bytes: Uint8Array }
    frame.fill(0)
    deepEqual(bytes, Uint8Array.of(1, 2, 3))
    equal(bytes.constructor, Uint8Array)
  })

  it('writes on after what it could not write', () => {
    const endless: unknown[] = []
    endless.push(endless)
    throws(() => encode(endless))
    deepEqual(encode([1, 'a']), Uint8Array.of(0x82, 0x01, 0x61, 0x61))
  })

  it('is refused where it nests without end', () => {
    throws(() => decode(new Uint8Array(1_000_000).fill(0x81)))
  })

  it('is refused where it nests deeper than any message, whoever reads it', () => {
    const lists = (count: number, inner: number[]) => Uint8Array.from([...Array(count).fill(0x81), ...inner])
    const [common, other] = [[0x01], [0xf9, 0x3e, 0x00]]
    for (const inner of [common, other]) {
      decode(lists(64, inner))
      throws(() => decode(lists(65, inner)), /deeper than 64/)
      throws(() => decode(lists(2_000, inner)), /deeper than 64/)
    }
  })

  it('keeps texts apart that have the same place in the table', () => {
    for (let round = 0; round < 2; round++)
      for (let number = 0; number < 20_000; number += 7)
        equal(decode(encode(`name-${number}`)), `name-${number}`)
  })
})
