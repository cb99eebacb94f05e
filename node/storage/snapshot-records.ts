/**
 * A snapshot under keys: pieces first, each synced, then one head record that makes them the snapshot. Without a head
 * that names them, pieces are remains of a write that was cut off, and the next snapshot sweeps them away.
 */
import { setImmediate } from 'node:timers/promises'
import { Type } from 'typebox'
import {
  type Compaction,
  ConfigurationSchema,
  type LogPoint,
  SNAPSHOT_BYTES_MAX,
  type Snapshot,
  type SnapshotData,
} from '../../protocols/consensus/index.ts'
import { defineMessage, type MessageCodec } from '../../protocols/wire/index.ts'
import type { Database, DatabaseChange } from './database.ts'

const HEAD_KEY = 'consensus/snapshot'
const PIECE_PREFIX = 'consensus/snapshotPiece/'

/** Bytes of one piece: few records, and none that LevelDB has to hold twice at a burdensome size. */
const PIECE_BYTES = 1024 * 1024

/** Digits of the greatest safe integer, so that key order is number order. */
const INDEX_DIGITS = 16
/** Enough for all pieces of the largest snapshot. */
const PIECE_DIGITS = 4

const PlaceSchema = { index: Type.Integer({ minimum: 0 }), term: Type.Integer({ minimum: 0 }) }

interface SnapshotHead extends Omit<Snapshot, 'data'> {
  readonly bytes: number
  /** The place after which the stored entries begin. */
  readonly base: LogPoint
}

const headCodec: MessageCodec<SnapshotHead> = defineMessage(
  'snapshot',
  Type.Object({
    ...PlaceSchema,
    configuration: ConfigurationSchema,
    bytes: Type.Integer({ minimum: 0, maximum: SNAPSHOT_BYTES_MAX }),
    base: Type.Object(PlaceSchema),
  }),
)

const prefixOf = (index: number): string => `${PIECE_PREFIX}${String(index).padStart(INDEX_DIGITS, '0')}/`
const pieceKey = (index: number, piece: number): string =>
  prefixOf(index) + String(piece).padStart(PIECE_DIGITS, '0')
const pieceCount = (bytes: number): number => Math.ceil(bytes / PIECE_BYTES)

export interface SnapshotRecords {
  /** What the head names, checked; null where there is none. @throws `storeCorrupt` */
  load(): Promise<{ readonly snapshot: Snapshot; readonly base: LogPoint } | null>
  /** The place after which the stored entries begin; index 0 where there is no snapshot. @throws `storeCorrupt` */
  base(): Promise<LogPoint>
  /** The bytes of a stored snapshot, read when they are asked for. */
  data(snapshot: Snapshot): SnapshotData
  /** Stores the pieces, and gives what, written as a whole, makes them the snapshot. @throws `storeFailed` */
  prepare(compaction: Compaction): Promise<readonly DatabaseChange[]>
}

export const createSnapshotRecords = (database: Database): SnapshotRecords => {
  const readHead = async () => {
    const bytes = await database.get(HEAD_KEY)
    try {
      return bytes === null ? null : headCodec.decode(bytes)
    } catch (error) {
      throw database.corrupt(`${HEAD_KEY} cannot be read: ${(error as Error).message}`)
    }
  }

  /** Fills `target`, which is as long as the piece. */
  const readPiece = (index: number, piece: number, target: Uint8Array): void => {
    const isRead = database.lendNow(pieceKey(index, piece), (part) => {
      if (part.byteLength === target.byteLength) target.set(part)
      return part.byteLength === target.byteLength
    })
    if (isRead !== true)
      throw database.corrupt(`piece ${piece} of the snapshot at ${index} is missing or cut`)
  }

  const dataOf = ({ index, data: { byteLength } }: Snapshot): SnapshotData => {
    /** The last piece that was read: what is sent of it is less, and the next part most likely lies in it too. */
    let last: { readonly piece: number; readonly part: Uint8Array } | null = null
    const partAt = (piece: number): Uint8Array => {
      if (last?.piece === piece) return last.part
      const part = new Uint8Array(Math.min(PIECE_BYTES, byteLength - piece * PIECE_BYTES))
      readPiece(index, piece, part)
      last = { piece, part }
      return part
    }
    return {
      byteLength,
      subarray: (begin, end) => {
        const bytes = new Uint8Array(Math.max(0, Math.min(end, byteLength) - begin))
        for (let at = 0; at < bytes.byteLength; ) {
          const from = (begin + at) % PIECE_BYTES
          const part = partAt(Math.floor((begin + at) / PIECE_BYTES)).subarray(
            from,
            from + bytes.byteLength - at,
          )
          bytes.set(part, at)
          at += part.byteLength
        }
        return bytes
      },
    }
  }

  const readData = async (index: number, bytes: number): Promise<Uint8Array> => {
    const data = new Uint8Array(bytes)
    for (let piece = 0; piece < pieceCount(bytes); piece++) {
      readPiece(index, piece, data.subarray(piece * PIECE_BYTES, (piece + 1) * PIECE_BYTES))
      // Others get their turn between two pieces.
      await setImmediate()
    }
    return data
  }

  return {
    load: async () => {
      const head = await readHead()
      if (head === null) return null
      const { index, term, configuration, bytes, base } = head
      return { snapshot: { index, term, configuration, data: await readData(index, bytes) }, base }
    },
    data: dataOf,
    base: async () => (await readHead())?.base ?? { index: 0, term: 0 },
    prepare: async ({ snapshot, base }) => {
      const { index, term, configuration, data } = snapshot
      const bytes = data.byteLength
      const pieces = Array.from({ length: pieceCount(bytes) }, (_, piece) => ({
        key: pieceKey(index, piece),
        value: data.subarray(piece * PIECE_BYTES, Math.min((piece + 1) * PIECE_BYTES, bytes)),
      }))
      // Of another generation's log, one may stand at the very index of the present one, whose pieces count until the head is written.
      const together = (await readHead())?.index === index ? pieces : []
      if (together.length === 0) for (const piece of pieces) await database.write([piece])
      const last = pieceKey(index, pieceCount(bytes))
      const old = (await database.keys(PIECE_PREFIX)).filter((key) => key < prefixOf(index) || key >= last)
      const head = { index, term, configuration, bytes, base }
      const swept = old.map((key) => ({ key, value: null }))
      return [...together, ...swept, { key: HEAD_KEY, value: headCodec.encode(head) }]
    },
  }
}
