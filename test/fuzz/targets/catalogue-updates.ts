/**
 * Updates of a catalogue, format V1 of Yjs, written by hand so that they can say what no document says.
 *
 *     update  = count(clients) { count(structs) client clock structs } count(clients) { client count(deletes) { clock length } }
 *     struct  = info(u8) [left client clock] [right client clock] [1 root / 0 client clock] [sub] content
 */

import { UPDATE_BYTES_MAX } from '../../../crdt/index.ts'
import type { Random } from '../../../node/ports/clock.ts'
import { chance, pick, shuffle } from '../../../node/simulation/random.ts'
import { changedBytes } from '../frames.ts'
import { HOSTILE_TEXTS } from '../hostile-values.ts'
import { padTo } from '../mutate-bytes.ts'
import { bytesOf, integer } from '../schema-values.ts'
import { joined } from '../tree.ts'
import { changedRevision, REVISIONS } from './signed-records.ts'

/** A number in groups of seven bits, the least first (lib0's varUint). */
const number = (given: number): Uint8Array => {
  const bytes: number[] = []
  let rest = given
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push(128 | (rest % 128))
  return Uint8Array.from([...bytes, rest])
}
const bytes = (given: Uint8Array): Uint8Array => joined([number(given.byteLength), given])
const text = (given: string): Uint8Array => bytes(new TextEncoder().encode(given))

const ORIGIN = 0x80
const RIGHT_ORIGIN = 0x40
const HAS_SUB = 0x20
const BINARY = 3
const HUGE = [2 ** 31, 2 ** 32 - 1, 2 ** 53 - 1]

const honestStruct = (key: string, value: Uint8Array): Uint8Array =>
  joined([Uint8Array.of(BINARY | HAS_SUB), number(1), text('revisions'), text(key), bytes(value)])

/** Content of any type: deleted, JSON, bytes, text, embed, format, nested type, any, document, skipped. */
const hostileContent = (random: Random, type: number): Uint8Array => {
  switch (type) {
    case 1:
      return number(pick(random, [0, 1, 100, ...HUGE]))
    case 2:
      return joined([number(pick(random, [1, 2, ...HUGE])), text('{"a":'), text('undefined')])
    case 3:
      return bytes(changedRevision(random))
    case 4:
    case 5:
      return text(pick(random, HOSTILE_TEXTS))
    case 6:
      return joined([text(pick(random, HOSTILE_TEXTS)), text('null')])
    case 7:
      return joined([number(integer(random, 20)), text('name')])
    case 8:
      return joined([number(1), new Uint8Array(pick(random, [1, 10, 1_000])).fill(117), number(0)])
    case 9:
      return joined([text('guid'), Uint8Array.of(118), number(1), text('__proto__'), Uint8Array.of(118, 0)])
    default:
      return number(pick(random, [0, 1, ...HUGE]))
  }
}

/** A struct that an honest document of this catalogue never holds. */
const hostileStruct = (random: Random): Uint8Array => {
  const type = integer(random, 31)
  const info = type | (chance(random, 0.7) ? HAS_SUB : 0) | pick(random, [0, 0, 0, ORIGIN, RIGHT_ORIGIN])
  const id = () => joined([number(integer(random, 9)), number(integer(random, 9))])
  const { id: key, bytes: value } = pick(random, REVISIONS)
  const isLinked = (info & (ORIGIN | RIGHT_ORIGIN)) > 0
  const parent = chance(random, 0.8)
    ? joined([number(1), text(pick(random, ['revisions', '']))])
    : joined([number(0), id()])
  const parts = [
    ...(isLinked ? [id()] : [parent]),
    ...(isLinked || (info & HAS_SUB) === 0 ? [] : [text(pick(random, [key, ...HOSTILE_TEXTS]))]),
    type === BINARY ? bytes(value) : hostileContent(random, type),
  ]
  return joined([Uint8Array.of(info), ...parts])
}

const structOf = (random: Random, hostility: number): Uint8Array => {
  if (chance(random, hostility)) return hostileStruct(random)
  const { id, bytes: value } = pick(random, REVISIONS)
  if (!chance(random, hostility)) return honestStruct(id, value)
  return honestStruct(pick(random, REVISIONS).id, chance(random, 0.5) ? value : changedRevision(random))
}

const deletes = (random: Random): Uint8Array =>
  joined([number(1), number(7), number(1), number(0), number(pick(random, [1, 5, ...HUGE]))])

/** `hostility` is how much of it says what it should not. */
const updateOf = (random: Random, hostility: number): Uint8Array => {
  const count = (length: number): Uint8Array =>
    number(chance(random, hostility / 4) ? pick(random, [0, length + 1, ...HUGE]) : length)
  const clients = Array.from({ length: 1 + integer(random, 1) }, () => {
    const structs =
      hostility === 0
        ? shuffle(random, REVISIONS)
            .slice(0, 1)
            .map(({ id, bytes: value }) => honestStruct(id, value))
        : Array.from({ length: 1 + integer(random, 2) }, () => structOf(random, hostility))
    const clock = chance(random, hostility) ? pick(random, [1, 5, ...HUGE]) : 0
    const client = pick(random, [7, 100 + integer(random, 50), 2 ** 32 - 1])
    return joined([count(structs.length), number(client), number(clock), ...structs])
  })
  const deleted = chance(random, hostility / 2) ? deletes(random) : number(0)
  return joined([count(clients.length), ...clients, deleted])
}

export const honestUpdate = (random: Random): Uint8Array => updateOf(random, 0)

export const changedUpdate = (random: Random): Uint8Array => {
  const ratio = random()
  if (ratio < 0.2) return honestUpdate(random)
  if (ratio < 0.65) return updateOf(random, 0.3)
  if (ratio < 0.653) return padTo(random, honestUpdate(random), [UPDATE_BYTES_MAX])
  if (ratio < 0.7) return bytesOf(random, integer(random, 200))
  return changedBytes(random, honestUpdate(random), () => updateOf(random, 0.2))
}
