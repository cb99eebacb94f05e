/** What a backup is made of, in the order in which it stands there: the manifest, files, the decisions and their bytes, records. */
import { type Static, Type } from 'typebox'
import { ConfigurationSchema, SNAPSHOT_BYTES_MAX, StoreIdSchema } from '../consensus/index.ts'
import { GenerationSchema } from '../generations/index.ts'
import { BytesSchema, defineMessage, type MessageCodec } from '../wire/index.ts'
import { FILE_CHARACTERS_MAX, PIECE_BYTES_MAX, RECORDS_MAX, VALUE_BYTES_MAX } from './limits.ts'
import { MANIFEST } from './manifest.ts'

const CountSchema = Type.Integer({ minimum: 0, maximum: 2 ** 48 })

/** The files of a data directory that make a node who it is; the last one only where the root's key is. */
const FileNameSchema = Type.Union([
  Type.Literal('identity.json'),
  Type.Literal('mesh.json'),
  Type.Literal('certificates.json'),
  Type.Literal('root-key.json'),
])
export type BackupFile = Static<typeof FileNameSchema>

const FileSchema = Type.Object({
  type: Type.Literal('file'),
  name: FileNameSchema,
  text: Type.String({ minLength: 1, maxLength: FILE_CHARACTERS_MAX }),
})

/** The head of the snapshot. */
const DecisionsSchema = Type.Object({
  type: Type.Literal('decisions'),
  index: Type.Integer({ minimum: 1, maximum: 2 ** 48 }),
  term: CountSchema,
  configuration: ConfigurationSchema,
  /** The term of the node, which is at least that of the log. */
  nodeTerm: CountSchema,
  /** Absent in the first one. */
  generation: Type.Optional(GenerationSchema),
  /** The store of the node that is backed up. */
  store: StoreIdSchema,
  bytes: Type.Integer({ minimum: 1, maximum: SNAPSHOT_BYTES_MAX }),
})

/** The bytes of the snapshot that come next. */
const PieceSchema = Type.Object({ type: Type.Literal('piece'), data: BytesSchema(1, PIECE_BYTES_MAX) })

const RecordsSchema = Type.Object({
  type: Type.Literal('records'),
  collection: Type.String({ pattern: '^[a-z][a-z-]{0,31}$' }),
  records: Type.Array(
    Type.Object({
      key: Type.String({ minLength: 1, maxLength: 1_024 }),
      value: BytesSchema(0, VALUE_BYTES_MAX),
    }),
    { minItems: 1, maxItems: RECORDS_MAX },
  ),
})

const ItemSchema = Type.Union([
  Type.Object({ type: Type.Literal('manifest'), ...MANIFEST }),
  FileSchema,
  DecisionsSchema,
  PieceSchema,
  RecordsSchema,
])

export type BackupItem = Static<typeof ItemSchema>
export type BackedUpDecisions = Omit<Static<typeof DecisionsSchema>, 'type' | 'bytes'>

/** @throws `malformedMessage` on decode */
export const backupItemCodec: MessageCodec<BackupItem> = defineMessage('item of a backup', ItemSchema)
