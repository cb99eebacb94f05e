/** A snapshot that arrives in pieces, each at the place where the one before it ended. */
import { SNAPSHOT_BYTES_MAX, SNAPSHOT_PIECE_BYTES_MAX, SNAPSHOT_PIECE_BYTES_MIN } from './limits.ts'
import type { Snapshot, SnapshotPiece } from './types.ts'

export interface Receipt {
  readonly index: number
  readonly term: number
  /** Of the whole snapshot. */
  readonly bytes: number
  readonly received: number
  readonly parts: readonly Uint8Array[]
}

const isPartOf = (receipt: Receipt, { index, term, bytes }: SnapshotPiece): boolean =>
  receipt.index === index && receipt.term === term && receipt.bytes === bytes

/** Whether a piece lies within its snapshot and, unless it is the last one, brings enough. */
const isPossible = ({ offset, data, bytes }: SnapshotPiece): boolean => {
  if (bytes > SNAPSHOT_BYTES_MAX || offset + data.byteLength > bytes) return false
  return (
    data.byteLength >= Math.min(SNAPSHOT_PIECE_BYTES_MIN, bytes - offset) &&
    (data.byteLength > 0 || bytes === 0)
  )
}

/**
 * What is held after `piece`. A piece of another snapshot begins anew; one that does not go on where the last one
 * ended changes nothing; null for one that cannot be.
 */
export const takePiece = (present: Receipt | null, piece: SnapshotPiece): Receipt | null => {
  if (!isPossible(piece)) return null
  const { index, term, bytes, offset, data } = piece
  const receipt =
    present !== null && isPartOf(present, piece) ? present : { index, term, bytes, received: 0, parts: [] }
  if (offset !== receipt.received) return receipt
  return { ...receipt, received: offset + data.byteLength, parts: [...receipt.parts, data] }
}

/** The snapshot once all of it is here, else null; `piece` is any of its pieces. */
export const completed = (
  { bytes, received, parts }: Receipt,
  { index, term, configuration }: SnapshotPiece,
): Snapshot | null => {
  if (received < bytes || parts.length === 0) return null
  const data = new Uint8Array(bytes)
  let offset = 0
  for (const part of parts) {
    data.set(part, offset)
    offset += part.byteLength
  }
  return { index, term, configuration, data }
}

/** The piece of `snapshot` that begins at `offset`. */
export const pieceAt = (snapshot: Snapshot, offset: number): SnapshotPiece => ({
  ...snapshot,
  data: snapshot.data.subarray(offset, offset + SNAPSHOT_PIECE_BYTES_MAX),
  offset,
  bytes: snapshot.data.byteLength,
})
