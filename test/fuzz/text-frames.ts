/** Frames that are text: JSON, YAML, headers, addresses. */
import type { Random } from '../../node/ports/clock.ts'
import { chance, pick } from '../../node/simulation/random.ts'
import { changedBytes } from './frames.ts'
import { HOSTILE_NUMBERS, HOSTILE_TEXTS } from './hostile-values.ts'
import { mutateTree } from './mutate-tree.ts'
import { integer } from './schema-values.ts'
import { isMap, isRaw, type Tree } from './tree.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export const bytesOfText = (text: string): Uint8Array => encoder.encode(text)
export const textOfBytes = (bytes: Uint8Array): string => decoder.decode(bytes)

const keyText = (key: Tree): string => JSON.stringify(typeof key === 'string' ? key : String(key))

/** A tree as JSON, with what JSON can say twice or not at all said as it stands. */
export const jsonOf = (tree: Tree): string => {
  if (tree === undefined) return 'undefined'
  if (typeof tree === 'bigint' || typeof tree === 'number') return String(tree)
  if (tree instanceof Uint8Array) return keyText(textOfBytes(tree))
  if (Array.isArray(tree)) return `[${tree.map(jsonOf).join(',')}]`
  if (isRaw(tree)) return keyText(textOfBytes(tree.raw.subarray(0, 64)))
  if (isMap(tree))
    return `{${tree.entries.map(([key, value]) => `${keyText(key)}:${jsonOf(value)}`).join(',')}}`
  return JSON.stringify(tree)
}

const HONEST_RATIO = 0.15

/** JSON of a valid value, honest or changed by form or by byte. */
export const jsonFrom = (
  random: Random,
  valid: (random: Random) => Tree,
  bounds: readonly number[],
): Uint8Array => {
  const honest = () => bytesOfText(jsonOf(valid(random)))
  const ratio = random()
  if (ratio < HONEST_RATIO) return honest()
  if (ratio > 0.75) return changedBytes(random, honest(), honest)
  const root = [valid(random)]
  for (let change = integer(random, 2); change >= 0; change--)
    mutateTree(random, root, () => valid(random), bounds)
  return bytesOfText(jsonOf(root[0]))
}

/** Texts of a kind, honest, changed by byte, or put together from what is hostile. */
export const textFrom = (random: Random, honest: readonly string[]): Uint8Array => {
  const any = () => bytesOfText(pick(random, honest))
  if (chance(random, 0.2)) return any()
  if (chance(random, 0.7)) return changedBytes(random, any(), any)
  const parts = [pick(random, honest), pick(random, HOSTILE_TEXTS), String(pick(random, HOSTILE_NUMBERS))]
  return bytesOfText(Array.from({ length: 1 + integer(random, 4) }, () => pick(random, parts)).join(''))
}
