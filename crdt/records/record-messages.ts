/** What two members say to each other about task records. Grammar and order: docs/design/documents.md. */
import { Type } from 'typebox'
import { ARCHIVE_BYTES_MAX } from '../../protocols/decisions/index.ts'
import { BytesSchema, defineMessage, GOSSIP_BYTES_MAX, NameSchema } from '../../protocols/wire/index.ts'
import { BUCKETS, ITEM_HASH_BYTES } from '../bucket-index.ts'
import { TASK_RECORD_BYTES_MAX } from './task-record.ts'

/** Projects in one survey. */
export const SURVEY_PROJECTS_MAX = 50
/** Documents of one project that are open at once: two in a quiet mesh, one more for each period in which nothing was decided. */
export const DOCUMENTS_OF_PROJECT_MAX = 64
/** Records in one list: 34 bytes each, so that a list fits a frame. */
export const LISTED_MAX = 10_000
/** Records in one fetch: at 4 KiB each they still fit a frame. */
export const FETCHED_MAX = 200
/** Bytes of an archive in one answer. */
export const ARCHIVE_PIECE_BYTES_MAX = 512 * 1024

const HASH_BYTES = 32
const Hash = BytesSchema(HASH_BYTES, HASH_BYTES)
const Place = {
  project: NameSchema,
  period: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
}

export const recordsRequestCodec = defineMessage(
  'records request',
  Type.Union([
    /** `root`: over all documents of these projects at the asker. */
    Type.Object({
      type: Type.Literal('survey'),
      projects: Type.Array(NameSchema, { minItems: 1, maxItems: SURVEY_PROJECTS_MAX }),
      root: Hash,
    }),
    /** What lies in the buckets that differ from these, by rising id from the one after `after`. */
    Type.Object({
      type: Type.Literal('list'),
      ...Place,
      digests: BytesSchema(BUCKETS * ITEM_HASH_BYTES, BUCKETS * ITEM_HASH_BYTES),
      after: Type.Optional(Hash),
    }),
    Type.Object({
      type: Type.Literal('fetch'),
      ...Place,
      records: Type.Array(Hash, { minItems: 1, maxItems: FETCHED_MAX }),
    }),
    Type.Object({
      type: Type.Literal('archive'),
      ...Place,
      hash: Hash,
      /** Of the packed bytes. */
      offset: Type.Integer({ minimum: 0, maximum: ARCHIVE_BYTES_MAX }),
    }),
  ]),
)

export const surveyAnswerCodec = defineMessage(
  'records survey',
  Type.Union([
    Type.Object({ type: Type.Literal('same') }),
    Type.Object({
      type: Type.Literal('documents'),
      documents: Type.Array(Type.Object({ ...Place, root: Hash }), {
        maxItems: SURVEY_PROJECTS_MAX * DOCUMENTS_OF_PROJECT_MAX,
      }),
    }),
  ]),
)

export const recordsListCodec = defineMessage(
  'records list',
  Type.Object({ records: Type.Array(Hash, { maxItems: LISTED_MAX }), more: Type.Boolean() }),
)

export const recordsCodec = defineMessage(
  'task records',
  Type.Array(BytesSchema(1, TASK_RECORD_BYTES_MAX), { maxItems: FETCHED_MAX }),
)

/** A piece of a packed archive; the whole has `total` bytes. */
export const archivePieceCodec = defineMessage(
  'archive piece',
  Type.Object({
    bytes: BytesSchema(1, ARCHIVE_PIECE_BYTES_MAX),
    total: Type.Integer({ minimum: 1, maximum: ARCHIVE_BYTES_MAX }),
  }),
)

/** Straight to the connected members, or by gossip. */
export const recordsHintCodec = defineMessage(
  'records hint',
  Type.Object({ ...Place, update: BytesSchema(1, GOSSIP_BYTES_MAX) }),
)

export type RecordsRequest = ReturnType<typeof recordsRequestCodec.decode>
