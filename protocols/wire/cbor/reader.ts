/**
 * The few forms of CBOR that messages are made of: whole numbers, bytes, texts, lists, maps, booleans and
 * null, each in its shortest form (RFC 8949, section 4.2.1). Whatever else comes, and whatever is wrong, is `NOT_COMMON`:
 * the library reads it, or says what is wrong.
 */
import { textOf } from './texts.ts'

/** What is thrown; it is told to nobody. */
export const NOT_COMMON = new Error('not of the common forms')

/** Lists and maps within each other. Messages have a handful; what nests thousands could be read, and not be written again. */
export const NESTING_MAX = 64

/** What is thrown where values nest deeper; the library would not say so. */
export const TOO_DEEP = new Error(`values nest deeper than ${NESTING_MAX}`)

const [COUNT, NEGATIVE, BYTES, TEXT, LIST, MAP] = [0, 1, 2, 3, 4, 5]
const [FALSE, TRUE, NULL] = [0xf4, 0xf5, 0xf6]

/** Where one reading stands. */
export interface Cursor {
  readonly bytes: Uint8Array
  at: number
}

interface Reading extends Cursor {
  /** Lists and maps that are open. */
  open: number
}

/** The count in the low five bits of a head, or in the 1, 2, 4 or 8 bytes after them. */
const readCount = (cursor: Cursor, short: number): number => {
  if (short < 24) return short
  if (short > 27) throw NOT_COMMON
  const extra = 1 << (short - 24)
  const { bytes, at } = cursor
  if (bytes.length - at < extra) throw NOT_COMMON
  let count = 0
  for (let offset = 0; offset < extra; offset++) count = count * 256 + (bytes[at + offset] as number)
  // What fits into fewer bytes has to be in fewer.
  if (count < (extra === 1 ? 24 : 2 ** (4 * extra)) || count > Number.MAX_SAFE_INTEGER) throw NOT_COMMON
  cursor.at = at + extra
  return count
}

/** Moves behind the next `length` bytes; gives where they begin. */
const pass = (cursor: Cursor, length: number): number => {
  const from = cursor.at
  if (cursor.bytes.length - from < length) throw NOT_COMMON
  cursor.at = from + length
  return from
}

const readText = (cursor: Cursor, length: number): string => {
  const from = pass(cursor, length)
  return textOf(cursor.bytes, from, from + length)
}

const enter = (cursor: Reading): void => {
  if (cursor.open === NESTING_MAX) throw TOO_DEEP
  cursor.open += 1
}

const readList = (cursor: Reading, length: number): unknown[] => {
  const list: unknown[] = []
  enter(cursor)
  for (let left = length; left > 0; left--) list.push(readValue(cursor))
  cursor.open -= 1
  return list
}

const readMap = (cursor: Reading, size: number): Record<string, unknown> => {
  const map: Record<string, unknown> = {}
  enter(cursor)
  for (let left = size; left > 0; left--) {
    const head = cursor.bytes[cursor.at++] as number
    if (head >>> 5 !== TEXT) throw NOT_COMMON
    const key = readText(cursor, readCount(cursor, head & 0x1f))
    if (key === '__proto__' || Object.hasOwn(map, key)) throw NOT_COMMON
    map[key] = readValue(cursor)
  }
  cursor.open -= 1
  return map
}

/** The value at the cursor, which moves behind it. @throws `NOT_COMMON`, `TOO_DEEP` */
export const readValue = (cursor: Reading): unknown => {
  const head = cursor.bytes[cursor.at++]
  if (head === undefined) throw NOT_COMMON
  if (head === NULL) return null
  if (head === TRUE || head === FALSE) return head === TRUE
  const major = head >>> 5
  if (major > MAP) throw NOT_COMMON
  const count = readCount(cursor, head & 0x1f)
  switch (major) {
    case COUNT:
      return count
    case NEGATIVE:
      if (count === Number.MAX_SAFE_INTEGER) throw NOT_COMMON
      return -1 - count
    case BYTES: {
      const from = pass(cursor, count)
      return cursor.bytes.slice(from, cursor.at)
    }
    case TEXT:
      return readText(cursor, count)
    case LIST:
      return readList(cursor, count)
    default:
      return readMap(cursor, count)
  }
}
