/**
 * Writes the forms that `reader.ts` reads, in the bytes that the library would write: maps with their shortest keys first, and
 * keys of one length by their bytes. Anything else is `NOT_COMMON`.
 */
import { type Cursor, NOT_COMMON } from './reader.ts'

const [COUNT, NEGATIVE, BYTES, TEXT, LIST, MAP] = [0, 0x20, 0x40, 0x60, 0x80, 0xa0]
const [FALSE, TRUE, NULL] = [0xf4, 0xf5, 0xf6] as const

/** Bytes of a head with its count, at most. */
const HEAD_BYTES_MAX = 9
/** Characters of a text that are copied one by one: of more, the engine's own encoder is quicker. */
const COPIED_MAX = 128
/** As many as the maps of most messages have. */
const FEW_KEYS = 16
/** Bytes that most messages fit into. */
const USUAL_BYTES = 16 * 1024

const encoder = new TextEncoder()

/** The room that the last message was written into, for the next one; null while one is being written. */
let spare: Uint8Array | null = null

interface Draft extends Cursor {
  bytes: Uint8Array
}

const makeRoom = (draft: Draft, length: number): void => {
  const { bytes, at } = draft
  if (bytes.length - at >= length) return
  draft.bytes = new Uint8Array(Math.max(2 * bytes.length, at + length))
  draft.bytes.set(bytes)
}

const writeByte = (draft: Draft, byte: number): void => {
  makeRoom(draft, 1)
  draft.bytes[draft.at++] = byte
}

const writeHead = (draft: Draft, major: number, count: number): void => {
  makeRoom(draft, HEAD_BYTES_MAX)
  const { bytes } = draft
  if (count < 24) {
    bytes[draft.at++] = major | count
    return
  }
  const power = count < 0x100 ? 0 : count < 0x10000 ? 1 : count < 0x100000000 ? 2 : 3
  bytes[draft.at++] = major | (24 + power)
  const end = draft.at + (1 << power)
  let rest = count
  for (let at = end - 1; at >= draft.at; at--) {
    bytes[at] = rest % 256
    rest = Math.floor(rest / 256)
  }
  draft.at = end
}

const writeBytes = (draft: Draft, major: number, content: Uint8Array): void => {
  writeHead(draft, major, content.length)
  makeRoom(draft, content.length)
  draft.bytes.set(content, draft.at)
  draft.at += content.length
}

const isAscii = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false
  return true
}

const writeAscii = (draft: Draft, text: string): void => {
  writeHead(draft, TEXT, text.length)
  makeRoom(draft, text.length)
  for (let at = 0; at < text.length; at++) draft.bytes[draft.at++] = text.charCodeAt(at)
}

const writeText = (draft: Draft, text: string): void => {
  if (text.length <= COPIED_MAX && isAscii(text)) writeAscii(draft, text)
  else writeBytes(draft, TEXT, encoder.encode(text))
}

const writeNumber = (draft: Draft, value: number): void => {
  if (!Number.isSafeInteger(value)) throw NOT_COMMON
  if (value >= 0) writeHead(draft, COUNT, value)
  else writeHead(draft, NEGATIVE, -1 - value)
}

const inKeyOrder = (a: string, b: string): number =>
  a.length === b.length ? (a < b ? -1 : 1) : a.length - b.length

/** In place. What has few keys is sorted by insertion, for which the engine's own sort takes several times as long. */
const sortKeys = (keys: string[]): void => {
  if (keys.length > FEW_KEYS) keys.sort(inKeyOrder)
  else
    for (let taken = 1; taken < keys.length; taken++) {
      const key = keys[taken] as string
      let at = taken
      for (; at > 0 && inKeyOrder(key, keys[at - 1] as string) < 0; at--) keys[at] = keys[at - 1] as string
      keys[at] = key
    }
}

const writeMap = (draft: Draft, map: Readonly<Record<string, unknown>>): void => {
  const keys = Object.keys(map)
  sortKeys(keys)
  writeHead(draft, MAP, keys.length)
  for (const key of keys) {
    // The order of other keys is not that of their characters.
    if (!isAscii(key)) throw NOT_COMMON
    writeAscii(draft, key)
    writeValue(draft, map[key])
  }
}

const writeObject = (draft: Draft, value: object): void => {
  if (Array.isArray(value)) {
    writeHead(draft, LIST, value.length)
    for (const item of value) writeValue(draft, item)
  } else if (value instanceof Uint8Array) writeBytes(draft, BYTES, value)
  else if (value.constructor === Object) writeMap(draft, value as Record<string, unknown>)
  else throw NOT_COMMON
}

const writeValue = (draft: Draft, value: unknown): void => {
  if (typeof value === 'string') writeText(draft, value)
  else if (typeof value === 'number') writeNumber(draft, value)
  else if (value === null) writeByte(draft, NULL)
  else if (typeof value === 'boolean') writeByte(draft, value ? TRUE : FALSE)
  else if (typeof value === 'object') writeObject(draft, value)
  else throw NOT_COMMON
}

/** The value as bytes of its own. @throws `NOT_COMMON`, and `RangeError` where values nest without end */
export const write = (value: unknown): Uint8Array => {
  const draft: Draft = { bytes: spare ?? new Uint8Array(USUAL_BYTES), at: 0 }
  spare = null
  writeValue(draft, value)
  if (draft.bytes.length === USUAL_BYTES) spare = draft.bytes
  return draft.bytes.slice(0, draft.at)
}
