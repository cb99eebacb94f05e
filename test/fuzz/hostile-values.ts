/** Values that no honest node sends, each in the place of any other. */

import type { Random } from '../../node/ports/clock.ts'
import { pick } from '../../node/simulation/random.ts'
import { integer } from './schema-values.ts'
import { type Entry, headOf, joined, type Raw, type Tree, writeTree } from './tree.ts'

const raw = (...bytes: readonly number[]): Raw => ({ raw: Uint8Array.from(bytes) })

export const HOSTILE_NUMBERS: readonly (number | bigint)[] = [
  0,
  -0,
  1,
  -1,
  23,
  24,
  255,
  256,
  65_535,
  65_536,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 40,
  2 ** 48,
  2 ** 48 + 1,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  2n ** 53n,
  2n ** 63n,
  2n ** 64n - 1n,
  -(2n ** 64n),
  0.5,
  1e300,
  -1e300,
  5e-324,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
]

/** Keys and texts that mean something to an engine, a shell, a parser or a terminal. */
export const HOSTILE_TEXTS: readonly string[] = [
  '',
  ' ',
  '\u0000',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'length',
  'then',
  '0',
  '-1',
  'NaN',
  'null',
  'true',
  '../../etc/passwd',
  '/',
  '//',
  '%00',
  '\r\n',
  '\u001b[2J',
  '\ud800',
  '\u202e',
  '😀',
  'é',
  '-'.repeat(64),
  'a'.repeat(63),
  'a'.repeat(64),
  '1'.repeat(81),
  'x'.repeat(5_000),
  '<script>',
  "' OR 1=1",
  '$(id)',
]

/** Forms of CBOR that a strict reader refuses. */
const HOSTILE_FORMS: readonly Raw[] = [
  raw(0x18, 0x01), // 1 in two bytes
  raw(0x1b, 0, 0, 0, 0, 0, 0, 0, 1), // 1 in nine bytes
  raw(0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), // 2^64 - 1
  raw(0x3b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), // -2^64
  raw(0x1c), // reserved
  raw(0x5f, 0x41, 0x00, 0xff), // bytes of indefinite length
  raw(0x7f, 0x61, 0x61, 0xff), // text of indefinite length
  raw(0x9f, 0x01, 0xff), // array of indefinite length
  raw(0xbf, 0x61, 0x61, 0x01, 0xff), // map of indefinite length
  raw(0x62, 0xc3, 0x28), // text that is no UTF-8
  raw(0x63, 0xed, 0xa0, 0x80), // text with half a surrogate pair
  raw(0x61, 0xff), // text of one byte that begins nothing
  raw(0x7b, 0x00, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), // text of 2^53 - 1 bytes
  raw(0x5a, 0xff, 0xff, 0xff, 0xff), // bytes of 4 GiB
  raw(0x9a, 0xff, 0xff, 0xff, 0xff), // array of 2^32 - 1 items
  raw(0x9b, 0x00, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), // array of 2^53 - 1 items
  raw(0xba, 0xff, 0xff, 0xff, 0xff), // map of 2^32 - 1 entries
  raw(0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), // map of 2^64 - 1 entries
  raw(0xa1, 0x01, 0x02), // map with a number for a key
  raw(0xa1, 0x80, 0x02), // map with an array for a key
  raw(0xa2, 0x61, 0x61, 0x01, 0x61, 0x61, 0x02), // map with a key twice
  raw(0xc0, 0x60), // a date
  raw(0xc2, 0x41, 0x01), // a big number
  raw(0xd8, 0x2a, 0x41, 0x00), // a link
  raw(0xd9, 0xd9, 0xf7, 0x00), // the tag of CBOR itself
  raw(0xe0), // an unassigned simple value
  raw(0xf7), // undefined
  raw(0xf8, 0x14), // a simple value in two bytes
  raw(0xf9, 0x7e, 0x00), // NaN as a half float
  raw(0xfa, 0x7f, 0x80, 0x00, 0x00), // infinity as a float
  raw(0xfb, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0), // 1 as a double
  raw(0xff), // the end of nothing
]

const DEPTHS = [10, 100, 1_000, 10_000, 100_000]

/** Arrays or maps in each other, each holding the next. */
const nested = (random: Random): Raw => {
  const depth = pick(random, DEPTHS)
  if (integer(random, 1) === 0) return { raw: new Uint8Array(depth + 1).fill(0x81, 0, depth) }
  const ring = Uint8Array.of(0xa1, 0x61, 0x61)
  return { raw: joined([...Array(depth).fill(ring), Uint8Array.of(0)]) }
}

const tagged = (random: Random, tree: Tree): Raw => ({
  raw: joined([headOf(6, integer(random, 300)), writeTree(tree)]),
})

const proto = (tree: Tree): Tree => ({
  entries: [
    ['__proto__', { entries: [['polluted', true]] as Entry[] }],
    ['inner', tree],
  ] as Entry[],
})

/** Something hostile to put in the place of `tree`. */
export const hostileTree = (random: Random, tree: Tree): Tree => {
  switch (integer(random, 11)) {
    case 0:
    case 1:
    case 2:
      return pick(random, HOSTILE_NUMBERS)
    case 3:
    case 4:
    case 5:
      return pick(random, HOSTILE_TEXTS)
    case 6:
    case 7:
      return pick(random, HOSTILE_FORMS)
    case 8:
      return pick(random, [null, undefined, true, false, [], { entries: [] }, new Uint8Array()])
    case 9:
      return integer(random, 9) === 0 ? nested(random) : [tree]
    case 10:
      return tagged(random, tree)
    default:
      return proto(tree)
  }
}
