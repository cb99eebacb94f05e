/** Changes to bytes whose meaning is not known, after the mutators of Go's native fuzzing. */

import type { Random } from '../../node/ports/clock.ts'
import { chance, pick } from '../../node/simulation/random.ts'
import { bytesOf, integer } from './schema-values.ts'
import { joined } from './tree.ts'

/** First bytes that mean something in CBOR, Yjs updates and tunnel frames, and the ends of ranges. */
const TELLING = [
  0x00, 0x01, 0x17, 0x18, 0x1b, 0x3b, 0x40, 0x5f, 0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xc2, 0xf7, 0xfb, 0xff,
]
const PIECE_MAX = 32

/** A place and a length within `bytes`; short ones mostly. */
const pieceOf = (random: Random, bytes: Uint8Array): readonly [from: number, to: number] => {
  const from = integer(random, bytes.byteLength)
  const most = chance(random, 0.1) ? bytes.byteLength : PIECE_MAX
  return [from, Math.min(bytes.byteLength, from + integer(random, most))]
}

type Mutation = (random: Random, bytes: Uint8Array, other: () => Uint8Array) => Uint8Array

const changed = (bytes: Uint8Array, at: number, to: (byte: number) => number): Uint8Array => {
  if (bytes.byteLength === 0) return bytes
  const copy = bytes.slice()
  copy[at % bytes.byteLength] = to(copy[at % bytes.byteLength] as number)
  return copy
}

const MUTATIONS: readonly Mutation[] = [
  function flipBit(random, bytes) {
    return changed(bytes, integer(random, bytes.byteLength), (byte) => byte ^ (1 << integer(random, 7)))
  },
  function setByte(random, bytes) {
    return changed(bytes, integer(random, bytes.byteLength), () =>
      chance(random, 0.5) ? pick(random, TELLING) : integer(random, 255),
    )
  },
  function addToByte(random, bytes) {
    return changed(bytes, integer(random, bytes.byteLength), (byte) => byte + pick(random, [-1, 1, -16, 16]))
  },
  function cutOff(random, bytes) {
    return bytes.subarray(0, integer(random, bytes.byteLength))
  },
  function remove(random, bytes) {
    const [from, to] = pieceOf(random, bytes)
    return joined([bytes.subarray(0, from), bytes.subarray(to)])
  },
  function insert(random, bytes) {
    const at = integer(random, bytes.byteLength)
    const piece = bytesOf(random, integer(random, PIECE_MAX))
    return joined([bytes.subarray(0, at), piece, bytes.subarray(at)])
  },
  function repeat(random, bytes) {
    const [from, to] = pieceOf(random, bytes)
    const piece = bytes.subarray(from, to)
    return joined([bytes.subarray(0, to), ...Array(integer(random, 8)).fill(piece), bytes.subarray(to)])
  },
  function splice(random, bytes, other) {
    const tail = other()
    return joined([
      bytes.subarray(0, integer(random, bytes.byteLength)),
      tail.subarray(integer(random, tail.byteLength)),
    ])
  },
  function overwrite(random, bytes, other) {
    const [from, to] = pieceOf(random, bytes)
    const source = other()
    const at = integer(random, source.byteLength)
    return joined([bytes.subarray(0, from), source.subarray(at, at + to - from), bytes.subarray(to)])
  },
]

/** One change at random; `other` gives another message of the same kind. */
export const mutateBytes: Mutation = (random, bytes, other) => pick(random, MUTATIONS)(random, bytes, other)

/** Cut or filled with zeros to a length at or beside one of the bounds, so that it is judged by its length. */
export const padTo = (random: Random, bytes: Uint8Array, bounds: readonly number[]): Uint8Array => {
  const padded = new Uint8Array(Math.max(0, pick(random, bounds) + pick(random, [-1, 0, 1])))
  padded.set(bytes.subarray(0, padded.byteLength))
  return padded
}
