/**
 * How a value lies on disk: `sealed = checksum value`, checksum = CRC-32 over key and value, 4 bytes big endian.
 *
 * LevelDB checks its tables only when asked, which its binding for Node never does. The key is part of the sum,
 * so a value that comes back under another key is found too.
 */
import { crc32 } from 'node:zlib'

const CHECKSUM_BYTES = 4

export const seal = (key: string, value: Uint8Array): Uint8Array => {
  const sealed = new Uint8Array(CHECKSUM_BYTES + value.byteLength)
  new DataView(sealed.buffer).setUint32(0, crc32(value, crc32(key)))
  sealed.set(value, CHECKSUM_BYTES)
  return sealed
}

/** The value, as a view, or null when it is not what was sealed under this key. */
export const unseal = (key: string, sealed: Uint8Array): Uint8Array | null => {
  if (sealed.byteLength < CHECKSUM_BYTES) return null
  const { buffer, byteOffset, byteLength } = sealed
  const value = new Uint8Array(buffer, byteOffset + CHECKSUM_BYTES, byteLength - CHECKSUM_BYTES)
  return new DataView(buffer, byteOffset).getUint32(0) === crc32(value, crc32(key)) ? value : null
}
