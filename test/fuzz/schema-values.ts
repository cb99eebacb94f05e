/** Values that fit a schema, made from the schema alone, so that a message gets its generator with its definition. */
import fc from 'fast-check'
import type { TSchema } from 'typebox'
import type { Random } from '../../node/ports/clock.ts'
import { chance, pick } from '../../node/simulation/random.ts'

/** What is looked at in a schema: JSON Schema, and the bounds of byte strings. */
interface SchemaNode {
  readonly type?: string
  readonly const?: unknown
  readonly anyOf?: readonly SchemaNode[]
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly required?: readonly string[]
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>
  readonly items?: SchemaNode
  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly bytesMin?: number
  readonly bytesMax?: number
}

/** Texts to take for a pattern, such as the ids of the nodes that there are; most of the time, not always. */
export type Words = ReadonlyMap<string, readonly string[]>

export const NO_WORDS: Words = new Map()

const WORDS_RATIO = 0.9
/** Values at a bound of their schema; the rest is small, as most of what is sent is. */
const BOUND_RATIO = 0.05
/** Lengths up to here are worth the time of making them. */
const LENGTH_MAX = 2_000
const SMALL = 6
/** Items of an array that is made full, which is seldom: its items cost as much as a hundred frames. */
const ITEMS_MAX = 300
const FULL_RATIO = 0.005
/** Bytes of a byte string that are drawn one by one. */
const RANDOM_BYTES = 64
/** Characters of a text that are drawn one by one. */
const RANDOM_CHARACTERS = 12
const SAMPLES = 48
const ALPHABET = ['a', 'b', 'Z', '0', '-', '.', '/', ' ', 'é', '€', '😀', '\u0000', '"', '\\']

const pools = new Map<string, readonly string[]>()

/** Texts that fit a pattern, the same ones in every run. */
const poolOf = (pattern: string, min: number, max: number): readonly string[] => {
  const key = `${min} ${max} ${pattern}`
  const made =
    pools.get(key) ??
    fc
      .sample(fc.stringMatching(new RegExp(pattern)), { seed: 1, numRuns: SAMPLES })
      .map((text) => (text.length < min ? text.padEnd(min, text.at(-1) ?? 'a') : text.slice(0, max)))
      .filter((text) => new RegExp(pattern).test(text))
  pools.set(key, made)
  return made
}

export const integer = (random: Random, max: number): number => Math.floor(random() * (max + 1))

/** Mostly small, now and then at a bound. */
const lengthOf = (
  random: Random,
  min = 0,
  max = Number.POSITIVE_INFINITY,
  boundRatio = BOUND_RATIO,
): number => {
  const most = Math.min(max, LENGTH_MAX)
  if (chance(random, boundRatio)) return pick(random, [min, most, Math.max(min, most - 1)])
  return Math.min(most, min + integer(random, SMALL))
}

const numberOf = (random: Random, { minimum, maximum }: SchemaNode): number => {
  const least = minimum ?? -SMALL
  const most = maximum ?? Number.MAX_SAFE_INTEGER
  if (chance(random, BOUND_RATIO)) return pick(random, [least, most, Math.max(least, most - 1)])
  if (chance(random, BOUND_RATIO)) return Math.floor(least + random() * (most - least))
  return Math.min(most, least + integer(random, 2 * SMALL))
}

const textOf = (random: Random, node: SchemaNode, words: Words): string => {
  const { pattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY } = node
  if (pattern !== undefined) {
    const known = words.get(pattern)
    if (known !== undefined && known.length > 0 && chance(random, WORDS_RATIO)) return pick(random, known)
    const pool = poolOf(pattern, minLength, maxLength)
    if (pool.length === 0) throw new TypeError(`no text was found for ${pattern}`)
    return pick(random, pool)
  }
  const length = lengthOf(random, minLength, maxLength)
  const drawn = Array.from({ length: Math.min(length, RANDOM_CHARACTERS) }, () =>
    pick(random, ALPHABET),
  ).join('')
  return drawn.padEnd(length, drawn).slice(0, length)
}

/** Bytes that are random at the front and repeat from there on: what follows a header is seldom looked at. */
export const bytesOf = (random: Random, length: number): Uint8Array => {
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; at++)
    bytes[at] = at < RANDOM_BYTES ? integer(random, 255) : (bytes[at - RANDOM_BYTES] as number)
  return bytes
}

const arrayOf = (random: Random, node: SchemaNode, words: Words): unknown[] => {
  const { items = {}, minItems, maxItems, uniqueItems } = node
  const made = Array.from(
    { length: lengthOf(random, minItems, Math.min(maxItems ?? SMALL, ITEMS_MAX), FULL_RATIO) },
    () => valueFor(random, items as TSchema, words),
  )
  return uniqueItems === true ? [...new Set(made)] : made
}

const objectOf = (random: Random, node: SchemaNode, words: Words): object => {
  const { properties = {}, required = [], patternProperties = {} } = node
  const own = Object.entries(properties)
    .filter(([key]) => required.includes(key) || chance(random, 0.5))
    .map(([key, property]) => [key, valueFor(random, property as TSchema, words)])
  const free = Object.entries(patternProperties).flatMap(([pattern, property]) =>
    Array.from({ length: integer(random, 3) }, () => [
      pattern === '^.*$' ? pick(random, ALPHABET) : pick(random, poolOf(pattern, 1, 64)),
      valueFor(random, property as TSchema, words),
    ]),
  )
  return Object.fromEntries([...own, ...free])
}

/** A value that fits `schema`, as far as the schema tells; a refinement may still refuse it. */
export const valueFor = (random: Random, schema: TSchema, words: Words = NO_WORDS): unknown => {
  const node = schema as SchemaNode
  if (node.const !== undefined) return node.const
  if (node.anyOf !== undefined) return valueFor(random, pick(random, node.anyOf) as TSchema, words)
  if (node.bytesMax !== undefined) return bytesOf(random, lengthOf(random, node.bytesMin, node.bytesMax))
  switch (node.type) {
    case 'object':
      return objectOf(random, node, words)
    case 'array':
      return arrayOf(random, node, words)
    case 'string':
      return textOf(random, node, words)
    case 'integer':
    case 'number':
      return numberOf(random, node)
    case 'boolean':
      return chance(random, 0.5)
    case 'null':
      return null
    default:
      return pick(random, [null, 0, 'a', [], [1, 'b'], { c: true }])
  }
}

/** Every bound that a schema names: the lengths and numbers near which mistakes live. */
export const boundsIn = (schema: TSchema): readonly number[] => {
  const bounds = new Set<number>()
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    for (const [key, value] of Object.entries(node)) {
      if (/^(min|max|bytes)/.test(key) && typeof value === 'number') bounds.add(value)
      else walk(value)
    }
  }
  walk(schema)
  return [...bounds]
}
