/**
 * CBOR as a tree that can say what an honest encoder cannot: keys twice, keys that are no texts, tags, indefinite
 * lengths, numbers in more bytes than they need, and bytes put in as they are (RFC 8949).
 */

/** Encoded bytes in the place of a value. */
export interface Raw {
  readonly raw: Uint8Array
}

export type Entry = [key: Tree, value: Tree]

export interface TreeMap {
  readonly entries: Entry[]
}

export type Tree = null | undefined | boolean | number | bigint | string | Uint8Array | Tree[] | TreeMap | Raw

export const isRaw = (tree: Tree): tree is Raw =>
  typeof tree === 'object' && tree !== null && 'raw' in tree && tree.raw instanceof Uint8Array
export const isMap = (tree: Tree): tree is TreeMap =>
  typeof tree === 'object' && tree !== null && 'entries' in tree && Array.isArray(tree.entries)

/** The tree of a decoded message. */
export const treeOf = (value: unknown): Tree => {
  if (Array.isArray(value)) return value.map(treeOf)
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value as Tree
  return { entries: Object.entries(value).map(([key, item]): Entry => [key, treeOf(item)]) }
}

export const copyOf = (tree: Tree): Tree => {
  if (Array.isArray(tree)) return tree.map(copyOf)
  if (!isMap(tree)) return tree
  return { entries: tree.entries.map(([key, value]): Entry => [copyOf(key), copyOf(value)]) }
}

/** The head of an item: its major type and a number, in the fewest bytes or in `width` of them. */
export const headOf = (major: number, count: number | bigint, width = 0): Uint8Array => {
  const type = major << 5
  if (width === 0 && count < 24) return Uint8Array.of(type | Number(count))
  const needed = count < 256 ? 1 : count < 65_536 ? 2 : count < 2 ** 32 ? 4 : 8
  const bytes = Math.max(needed, width)
  const head = new Uint8Array(1 + bytes)
  head[0] = type | (24 + Math.log2(bytes))
  if (bytes <= 4) for (let at = bytes, rest = Number(count); at > 0; at--, rest >>>= 8) head[at] = rest & 255
  else new DataView(head.buffer).setBigUint64(1, BigInt(count))
  return head
}

const float64 = (number: number): Uint8Array => {
  const bytes = new Uint8Array(9)
  bytes[0] = 0xfb
  new DataView(bytes.buffer).setFloat64(1, number)
  return bytes
}

const numberBytes = (number: number): Uint8Array => {
  if (!Number.isSafeInteger(number) || Object.is(number, -0)) return float64(number)
  return number < 0 ? headOf(1, -1 - number) : headOf(0, number)
}

const bigintBytes = (number: bigint): Uint8Array =>
  number < 0n ? headOf(1, -1n - number) : headOf(0, number)

const SIMPLE = new Map<unknown, number>([
  [false, 0xf4],
  [true, 0xf5],
  [null, 0xf6],
  [undefined, 0xf7],
])

const writeInto = (parts: Uint8Array[], tree: Tree): void => {
  if (typeof tree === 'number') parts.push(numberBytes(tree))
  else if (typeof tree === 'bigint') parts.push(bigintBytes(tree))
  else if (typeof tree === 'string') {
    const text = Buffer.from(tree)
    parts.push(headOf(3, text.byteLength), text)
  } else if (tree instanceof Uint8Array) parts.push(headOf(2, tree.byteLength), tree)
  else if (Array.isArray(tree)) {
    parts.push(headOf(4, tree.length))
    for (const item of tree) writeInto(parts, item)
  } else if (isRaw(tree)) parts.push(tree.raw)
  else if (isMap(tree)) {
    parts.push(headOf(5, tree.entries.length))
    for (const [key, value] of tree.entries) {
      writeInto(parts, key)
      writeInto(parts, value)
    }
  } else parts.push(Uint8Array.of(SIMPLE.get(tree) as number))
}

export const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.byteLength
  }
  return whole
}

/** The tree as bytes; in the one order and form of an honest encoder wherever nothing in it says otherwise. */
export const writeTree = (tree: Tree): Uint8Array => {
  const parts: Uint8Array[] = []
  writeInto(parts, tree)
  return joined(parts)
}
