/** What members ask each other about revocations. */
import { type Static, Type } from 'typebox'
import { CERTIFICATE_BYTES_MAX } from '../credentials/index.ts'
import { BytesSchema, defineMessage } from '../wire/index.ts'

const HASH_BYTES = 32

/** Records of one message: 250 KB at most. */
export const RECORDS_PER_MESSAGE_MAX = 64

/** Ids of one answer, 400 KB: the full shares of twelve signers. */
export const IDS_MAX = 12_000

const HashSchema = BytesSchema(HASH_BYTES, HASH_BYTES)

/** Encoded, as they are hashed and kept. */
const RecordBytesSchema = BytesSchema(1, 2 * CERTIFICATE_BYTES_MAX)
const RecordsSchema = Type.Array(RecordBytesSchema, { maxItems: RECORDS_PER_MESSAGE_MAX })

const RequestSchema = Type.Union([
  /** Something new. */
  Type.Object({ type: Type.Literal('tell'), records: RecordsSchema }),
  /** Hash of all ids, in order. */
  Type.Object({ type: Type.Literal('compare'), digest: HashSchema }),
  Type.Object({
    type: Type.Literal('fetch'),
    ids: Type.Array(HashSchema, { maxItems: RECORDS_PER_MESSAGE_MAX }),
  }),
])

const AnswerSchema = Type.Union([
  /** To what was told. */
  Type.Object({ type: Type.Literal('heard') }),
  /** To a digest: all ids where it is another one, and none where it is the same. */
  Type.Object({ type: Type.Literal('ids'), ids: Type.Array(HashSchema, { maxItems: IDS_MAX }) }),
  Type.Object({ type: Type.Literal('records'), records: RecordsSchema }),
])

export type RevocationsRequest = Static<typeof RequestSchema>
export type RevocationsAnswer = Static<typeof AnswerSchema>

export const revocationsRequestCodec = defineMessage('revocations request', RequestSchema)
export const revocationsAnswerCodec = defineMessage('revocations answer', AnswerSchema)
