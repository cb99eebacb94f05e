/**
 * Short texts of messages as strings. Keys, names of nodes and words of a schema come over and over, so the last string that
 * had the same place in a small table is mostly the one: comparing it costs a fraction of decoding it, and one string
 * instead of thousands is kept. A text that is not there is decoded; one that takes the place of another harms nobody.
 */

/** The longest text that is looked up, in bytes: longer than a node's name, and than most names of registers. */
const LENGTH_MAX = 96
/** Places in the table, a power of two: 200 KiB where all are taken by the longest. */
const PLACES = 2_048

const table: string[] = Array(PLACES).fill('')
const decoder = new TextDecoder()

const isSame = (text: string, bytes: Uint8Array, from: number): boolean => {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) !== bytes[from + at]) return false
  return true
}

/** The text of the bytes from `from` up to `to`. */
export const textOf = (bytes: Uint8Array, from: number, to: number): string => {
  if (to - from > LENGTH_MAX) return decoder.decode(bytes.subarray(from, to))
  // FNV-1a, 32 bits.
  let hash = 0x811c9dc5
  let bits = 0
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number
    bits |= byte
    hash = Math.imul(hash ^ byte, 0x01000193)
  }
  if (bits > 0x7f) return decoder.decode(bytes.subarray(from, to))
  const place = (hash ^ (hash >>> 16)) & (PLACES - 1)
  const last = table[place] as string
  if (last.length === to - from && isSame(last, bytes, from)) return last
  const text = decoder.decode(bytes.subarray(from, to))
  table[place] = text
  return text
}
