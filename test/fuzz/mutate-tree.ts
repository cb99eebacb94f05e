/** Changes to a message that know its form, after the mutations of libprotobuf-mutator. */

import type { Random } from '../../node/ports/clock.ts'
import { chance, pick } from '../../node/simulation/random.ts'
import { HOSTILE_TEXTS, hostileTree } from './hostile-values.ts'
import { integer } from './schema-values.ts'
import { copyOf, type Entry, headOf, isMap, joined, type Tree, writeTree } from './tree.ts'

/** One place in a tree: an item of an array, or the value of an entry. */
interface Place {
  readonly value: Tree
  put(value: Tree): void
  /** The array or the entries that it stands in, and where; null for the root. */
  readonly within: { readonly list: (Tree | Entry)[]; readonly at: number } | null
  /** The entry whose value it is. */
  readonly entry: Entry | null
}

/** Places that are looked at in one tree: the first ones of a large message stand for the rest. */
const PLACES_MAX = 300

const placesIn = (root: Tree[]): Place[] => {
  const places: Place[] = []
  const visit = (holder: Tree[], at: number, within: Place['within'], entry: Entry | null): void => {
    if (places.length === PLACES_MAX) return
    const value = holder[at]
    const put = (given: Tree): void => {
      holder[at] = given
    }
    places.push({ value, put, within, entry })
    if (Array.isArray(value))
      for (const index of value.keys()) visit(value, index, { list: value, at: index }, null)
    else if (isMap(value))
      for (const [index, own] of value.entries.entries())
        visit(own, 1, { list: value.entries, at: index }, own)
  }
  visit(root, 0, null, null)
  return places
}

/** Nodes of a tree after its arrays were made longer: beyond every bound on a count, and still quick to write. */
const NODES_MAX = 20_000

const countOf = (tree: Tree): number => {
  if (Array.isArray(tree)) return tree.reduce((sum: number, item) => sum + countOf(item), 1)
  return isMap(tree) ? tree.entries.reduce((sum, [, value]) => sum + countOf(value), 1) : 1
}

const lengthened = (random: Random, value: Tree, length: number): Tree => {
  if (typeof value === 'string') return value.slice(0, length).padEnd(length, value.at(-1) ?? 'a')
  if (value instanceof Uint8Array) {
    const bytes = new Uint8Array(length)
    bytes.set(value.subarray(0, length))
    return bytes
  }
  if (!Array.isArray(value) || value.length === 0) return value
  const item = pick(random, value)
  const most = Math.max(value.length, Math.floor(NODES_MAX / countOf(item)))
  return Array.from({ length: Math.min(length, most) }, (_, at) => value[at] ?? copyOf(item))
}

/** What a mutation may look at beside its place. */
interface Surroundings {
  readonly places: readonly Place[]
  /** Another message of the same kind. */
  other(): Tree
  /** Lengths and numbers of the schema. */
  readonly bounds: readonly number[]
}

type Mutation = (random: Random, place: Place, surroundings: Surroundings) => void

const drop: Mutation = (_random, { within }) => {
  within?.list.splice(within.at, 1)
}

const repeat: Mutation = (random, { within }) => {
  if (within === null) return
  const item = within.list[within.at] as Tree
  const copy = Array.isArray(item) ? [...item] : item
  within.list.splice(integer(random, within.list.length), 0, copy)
}

const rename: Mutation = (random, { entry }, { places }) => {
  if (entry === null) return
  const keys = places.flatMap((place) => place.entry?.[0] ?? [])
  entry[0] = chance(random, 0.5) ? pick(random, keys) : pick(random, HOSTILE_TEXTS)
}

const spoilValue: Mutation = (random, place) => place.put(hostileTree(random, place.value))

/** An array or a map whose head says another number of items than follow. */
const miscount: Mutation = (random, place) => {
  const { value } = place
  const off = pick(random, [-1, 1, 2 ** 16, 2 ** 32 - 1])
  const count = (length: number) => Math.max(0, Math.min(length + off, 2 ** 32 - 1))
  const rest = (head: number) => (bytes: Uint8Array) => bytes.subarray(headOf(head, 0).byteLength)
  if (Array.isArray(value))
    place.put({ raw: joined([headOf(4, count(value.length)), ...value.map(writeTree)]) })
  else if (isMap(value)) {
    const items = value.entries.flatMap(([key, item]) => [writeTree(key), writeTree(item)])
    place.put({ raw: joined([headOf(5, count(value.entries.length)), ...items]) })
  } else if (value instanceof Uint8Array || typeof value === 'string') {
    const major = typeof value === 'string' ? 3 : 2
    const bytes = typeof value === 'string' ? rest(3)(writeTree(value)) : value
    place.put({ raw: joined([headOf(major, count(bytes.byteLength)), bytes]) })
  }
}

/** The same value in a form that is not the shortest, or without its length. */
const spoilForm: Mutation = (random, place) => {
  const { value } = place
  const width = pick(random, [1, 2, 4, 8])
  const long = (major: number, count: number, parts: readonly Uint8Array[]) =>
    place.put({ raw: joined([headOf(major, count, width), ...parts]) })
  const endless = (major: number, parts: readonly Uint8Array[]) =>
    place.put({ raw: joined([Uint8Array.of((major << 5) | 31), ...parts, Uint8Array.of(0xff)]) })
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) long(0, value, [])
  else if (value instanceof Uint8Array) long(2, value.byteLength, [value])
  else if (Array.isArray(value)) {
    const parts = value.map(writeTree)
    if (chance(random, 0.5)) long(4, value.length, parts)
    else endless(4, parts)
  } else if (isMap(value)) {
    const parts = value.entries.flat().map(writeTree)
    if (chance(random, 0.5)) long(5, value.entries.length, parts)
    else endless(5, parts)
  }
}

const add = (random: Random, { value }: Place, donor: Tree): void => {
  if (Array.isArray(value)) value.splice(integer(random, value.length), 0, donor)
  else if (isMap(value)) value.entries.push([pick(random, HOSTILE_TEXTS), donor])
}

const addHostile: Mutation = (random, place) => add(random, place, hostileTree(random, null))

/** Takes a part of another message, in the place of this one or beside it. */
const cross: Mutation = (random, place, { other }) => {
  const donor = pick(random, placesIn([other()])).value
  if (chance(random, 0.5)) place.put(donor)
  else add(random, place, donor)
}

/** Takes a part of the same message. */
const copyWithin: Mutation = (random, place, { places }) => place.put(copyOf(pick(random, places).value))

/** Lengths over this are tried seldom: each costs as much as a hundred frames. */
const LONG = 4_096
const LONG_RATIO = 0.03
const LENGTH_MAX = 2 ** 21

const resize: Mutation = (random, place, { places, bounds }) => {
  const sized = places.filter(
    ({ value }) => typeof value === 'string' || value instanceof Uint8Array || Array.isArray(value),
  )
  const chosen = sized.length === 0 ? place : pick(random, sized)
  const likely = chance(random, LONG_RATIO) ? bounds : bounds.filter((bound) => bound <= LONG)
  const length = pick(random, [0, ...likely]) + pick(random, [-1, 0, 1])
  chosen.put(lengthened(random, chosen.value, Math.max(0, Math.min(length, LENGTH_MAX))))
}

const toBound: Mutation = (random, place, { places, bounds }) => {
  const numbers = places.filter(({ value }) => typeof value === 'number')
  const chosen = numbers.length === 0 ? place : pick(random, numbers)
  chosen.put(pick(random, [0, ...bounds]) + pick(random, [-1, 0, 1]))
}

const MUTATIONS = [
  drop,
  repeat,
  rename,
  spoilValue,
  spoilValue,
  miscount,
  spoilForm,
  cross,
  addHostile,
  copyWithin,
  resize,
  toBound,
]

/** Changes one place of the tree in `root`; `other` gives another message of the same kind, `bounds` are its schema's. */
export const mutateTree = (
  random: Random,
  root: Tree[],
  other: () => Tree,
  bounds: readonly number[],
): void => {
  const places = placesIn(root)
  pick(random, MUTATIONS)(random, pick(random, places), { places, other, bounds })
}
