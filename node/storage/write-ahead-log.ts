/**
 * Reads LevelDB's write-ahead log for damage before LevelDB does, because LevelDB skips a damaged block in silence.
 *
 * Grammar (leveldb `doc/log_format.md`): blocks of 32 KiB; `record = checksum length type data`, checksum = masked
 * CRC-32C over type and data, 4 bytes, length 2 bytes, both little endian; type 1 full, 2 first, 3 middle, 4 last.
 * The end of a block that has no room for a header is zeros.
 */

const BLOCK_BYTES = 32 * 1024
const HEADER_BYTES = 7
const FULL = 1
const FIRST = 2
const LAST = 4
const MASK_DELTA = 0xa282ead8
const CASTAGNOLI_REVERSED = 0x82f63b78

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte
  for (let bit = 0; bit < 8; bit++) {
    remainder = remainder & 1 ? (remainder >>> 1) ^ CASTAGNOLI_REVERSED : remainder >>> 1
  }
  return remainder
})

const crc32c = (bytes: Uint8Array): number => {
  let sum = 0xffffffff
  for (const byte of bytes) sum = (TABLE[(sum ^ byte) & 0xff] as number) ^ (sum >>> 8)
  return ~sum >>> 0
}

const mask = (sum: number): number => (((sum >>> 15) | (sum << 17)) + MASK_DELTA) >>> 0

/** The sound record at `at` and where it ends, or null where there is none. */
const readRecord = (log: Uint8Array, at: number): { readonly type: number; readonly end: number } | null => {
  const blockEnd = Math.min(log.byteLength, at - (at % BLOCK_BYTES) + BLOCK_BYTES)
  if (at + HEADER_BYTES > blockEnd) return null
  const view = new DataView(log.buffer, log.byteOffset + at)
  const type = view.getUint8(6)
  const end = at + HEADER_BYTES + view.getUint16(4, true)
  if (type < FULL || type > LAST || end > blockEnd) return null
  const sum = mask(crc32c(log.subarray(at + HEADER_BYTES - 1, end)))
  return view.getUint32(0, true) === sum ? { type, end } : null
}

/**
 * Where the log is damaged, as an offset in bytes, or null where it is sound. Damage that no later write follows is
 * no damage: a write is appended only after the one before it was synced, so it is a write that was cut off.
 */
export const findDamage = (log: Uint8Array): number | null => {
  let damagedAt: number | null = null
  let at = 0
  while (at < log.byteLength) {
    const room = BLOCK_BYTES - (at % BLOCK_BYTES)
    if (room < HEADER_BYTES) {
      at += room
      continue
    }
    const record = readRecord(log, at)
    if (record === null) {
      damagedAt ??= at
      // The length cannot be trusted either: the next sound record may begin anywhere.
      at += 1
      continue
    }
    if (damagedAt !== null && (record.type === FULL || record.type === FIRST)) return damagedAt
    at = record.end
  }
  return null
}
