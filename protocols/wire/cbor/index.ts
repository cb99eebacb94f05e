/**
 * CBOR as messages have it, read strictly: what is indefinite, tagged, longer than it has to be, there twice, or a number that
 * a JavaScript number cannot hold is refused.
 *
 * Nearly all that nodes do is made of messages, so the common forms are read and written here, several times as fast as by
 * cborg, which is what reads and writes all others, and says what is wrong: one reader's judgement, and another's speed.
 */
import { decodeFirst as cborgDecodeFirst, encode as cborgEncode } from 'cborg'
import { NESTING_MAX, readValue, TOO_DEEP } from './reader.ts'
import { write } from './writer.ts'

const STRICT = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
  allowNaN: false,
  allowInfinity: false,
} as const

/** cborg gives a Buffer of Node for some lengths, which Yjs does not hold and a browser does not know. */
const plain = (bytes: Uint8Array): Uint8Array =>
  bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)

export const encode = (value: unknown): Uint8Array => {
  try {
    return write(value)
  } catch {
    return new Uint8Array(cborgEncode(value))
  }
}

/** Whether lists and maps nest deeper than `left`. */
const nestsDeeper = (value: unknown, left: number): boolean => {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return false
  return left === 0 || Object.values(value).some((inner) => nestsDeeper(inner, left - 1))
}

/** The value that begins at `from`, and where it ends. @throws whatever says why there is none */
export const decodeAt = (bytes: Uint8Array, from: number): readonly [value: unknown, end: number] => {
  const cursor = { bytes: plain(bytes), at: from, open: 0 }
  try {
    return [readValue(cursor), cursor.at]
  } catch (error) {
    if (error === TOO_DEEP) throw error
    const [value, rest] = cborgDecodeFirst(bytes.subarray(from), STRICT)
    if (nestsDeeper(value, NESTING_MAX)) throw TOO_DEEP
    return [value, bytes.length - rest.length]
  }
}

/** The one value that all the bytes are. @throws whatever says why they are none */
export const decode = (bytes: Uint8Array): unknown => {
  const [value, end] = decodeAt(bytes, 0)
  if (end < bytes.length) throw new Error('bytes follow the value')
  return value
}
