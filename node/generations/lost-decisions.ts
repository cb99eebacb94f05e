/** What only an older generation had, kept in the store for good: it is little, and only a person knows what it is worth. */
import { Type } from 'typebox'
import type { Snapshot } from '../../protocols/consensus/index.ts'
import { type Decision, decisionCodec } from '../../protocols/decisions/index.ts'
import { isCoterieError } from '../../protocols/errors/index.ts'
import { isOnlyOlders, numberOf, type Parting } from '../../protocols/generations/index.ts'
import { BytesSchema, defineMessage, FRAME_BYTES_MAX } from '../../protocols/wire/index.ts'
import type { RecordChange, RecordStore, StoredConsensus } from '../ports/storage.ts'
import type { Lost, LostDecision } from './types.ts'

const DECISION_PREFIX = 'decision/'
const SPAN_PREFIX = 'span/'
const SNAPSHOT_PREFIX = 'snapshot/'

/** Digits of the greatest safe integer, so that key order is number order. */
const DIGITS = 16
/** Of one record of a snapshot. */
const PIECE_BYTES = 1024 * 1024
/** Records in one write. */
const WRITE_RECORDS_MAX = 256

const CountSchema = Type.Integer({ minimum: 0 })

const decisionRecordCodec = defineMessage(
  'lost decision',
  Type.Object({
    generation: CountSchema,
    index: CountSchema,
    committed: Type.Boolean(),
    data: BytesSchema(0, FRAME_BYTES_MAX),
  }),
)

const spanCodec = defineMessage(
  'lost span',
  Type.Object({ generation: CountSchema, afterIndex: CountSchema, upToIndex: CountSchema }),
)

const keyOf = (prefix: string, ...numbers: number[]): string =>
  prefix + numbers.map((number) => String(number).padStart(DIGITS, '0')).join('/')

const readDecision = (data: Uint8Array): Decision | null => {
  try {
    return decisionCodec.decode(data)
  } catch (error) {
    if (isCoterieError(error, 'malformedMessage')) return null
    throw error
  }
}

const piecesOf = (generation: number, { index, data }: Snapshot): RecordChange[] =>
  Array.from({ length: Math.ceil(data.byteLength / PIECE_BYTES) }, (_, piece) => ({
    key: keyOf(SNAPSHOT_PREFIX, generation, index, piece),
    value: data.subarray(piece * PIECE_BYTES, Math.min((piece + 1) * PIECE_BYTES, data.byteLength)),
  }))

/** What of `left` the newer generation may lack, as records. The same log gives the same records. */
const lostOf = (
  { hardState, entries, snapshot, base }: StoredConsensus,
  parting: Parting,
): RecordChange[] => {
  const number = numberOf(hardState?.generation ?? null)
  const commitIndex = hardState?.commitIndex ?? 0
  const decisions = entries
    .filter((entry) => entry.kind === 'decision' && isOnlyOlders(parting, entry))
    .map(({ index, data }) => ({
      key: keyOf(DECISION_PREFIX, number, index),
      value: decisionRecordCodec.encode({ generation: number, index, committed: index <= commitIndex, data }),
    }))
  if (snapshot === undefined || base === undefined || base.index <= parting.index) return decisions
  const span = { generation: number, afterIndex: parting.index, upToIndex: base.index }
  const spanRecord = { key: keyOf(SPAN_PREFIX, number, parting.index), value: spanCodec.encode(span) }
  return [...piecesOf(number, snapshot), spanRecord, ...decisions]
}

export const createLostDecisions = (records: RecordStore) => ({
  /** Keeps what `left` had beyond the parting, and tells how much. @throws `storeFailed` */
  keep: async (left: StoredConsensus, parting: Parting): Promise<number> => {
    const changes = lostOf(left, parting)
    for (let at = 0; at < changes.length; at += WRITE_RECORDS_MAX)
      await records.write(changes.slice(at, at + WRITE_RECORDS_MAX))
    return changes.length
  },
  /** All that was ever kept, the oldest generation first. */
  list: async (): Promise<Lost> => {
    const decisions: LostDecision[] = []
    const spans: Lost['spans'][number][] = []
    for await (const [, value] of records.entries(DECISION_PREFIX)) {
      const { data, ...place } = decisionRecordCodec.decode(value)
      decisions.push({ ...place, decision: readDecision(data) })
    }
    for await (const [, value] of records.entries(SPAN_PREFIX)) spans.push(spanCodec.decode(value))
    return { decisions, spans }
  },
})
