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

/** Bytes that are taken in together, each by a table of its own, so that none waits for the one before it (Intel's slicing-by-8, 2006). */
const SLICE_BYTES = 8

type Table = Uint32Array

/** By how many bytes follow within the slice: what a byte makes of the sum. */
const TABLES = ((): readonly Table[] => {
  const first = Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte
    for (let bit = 0; bit < 8; bit++) {
      remainder = remainder & 1 ? (remainder >>> 1) ^ CASTAGNOLI_REVERSED : remainder >>> 1
    }
    return remainder
  })
  const tables = [first]
  while (tables.length < SLICE_BYTES) {
    const shorter = tables.at(-1) as Table
    tables.push(shorter.map((sum) => (first[sum & 0xff] as number) ^ (sum >>> 8)))
  }
  return tables
})()

const [T0, T1, T2, T3, T4, T5, T6, T7] = TABLES as [Table, Table, Table, Table, Table, Table, Table, Table]

const crc32c = (log: Uint8Array, from: number, to: number): number => {
  let sum = -1
  let at = from
  for (; at + SLICE_BYTES <= to; at += SLICE_BYTES) {
    sum ^=
      (log[at] as number) |
      ((log[at + 1] as number) << 8) |
      ((log[at + 2] as number) << 16) |
      ((log[at + 3] as number) << 24)
    sum =
      (T7[sum & 0xff] as number) ^
      (T6[(sum >>> 8) & 0xff] as number) ^
      (T5[(sum >>> 16) & 0xff] as number) ^
      (T4[sum >>> 24] as number) ^
      (T3[log[at + 4] as number] as number) ^
      (T2[log[at + 5] as number] as number) ^
      (T1[log[at + 6] as number] as number) ^
      (T0[log[at + 7] as number] as number)
  }
  for (; at < to; at++) sum = (T0[(sum ^ (log[at] as number)) & 0xff] as number) ^ (sum >>> 8)
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
  const sum = mask(crc32c(log, at + HEADER_BYTES - 1, end))
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
