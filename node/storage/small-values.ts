/** Bytes of one slab. A value that is kept keeps its slab too, so it is small. */
const SLAB_BYTES = 8 * 1024
/** What is larger has memory of its own. */
const SMALL_BYTES_MAX = SLAB_BYTES / 8

/**
 * Keeps copies of small values, many in one piece of memory. Each in one of its own, they would be garbage among what lives: a hundred
 * thousand that were read and dropped left malloc's heap in pieces, which are never given back.
 */
export const createSmallValues = () => {
  let slab = new Uint8Array(SLAB_BYTES)
  let at = 0
  return (value: Uint8Array): Uint8Array => {
    const { byteLength } = value
    if (byteLength > SMALL_BYTES_MAX) return new Uint8Array(value)
    if (at + byteLength > SLAB_BYTES) {
      slab = new Uint8Array(SLAB_BYTES)
      at = 0
    }
    const kept = slab.subarray(at, at + byteLength)
    kept.set(value)
    at += byteLength
    return kept
  }
}
