/** What two members say to each other to hold the same. Grammar and order: docs/design/revisions.md. */
import { type Static, Type } from 'typebox'
import { BytesSchema, defineMessage, FRAME_BYTES_MAX, GOSSIP_BYTES_MAX } from '../protocols/wire/index.ts'
import { BUCKETS, ITEM_HASH_BYTES } from './bucket-index.ts'

/** Names in one list or fetch: at most 300 bytes each, so they fit into a frame. */
export const SYNC_NAMES_MAX = 2_500

/** Bytes of records in one answer or message: a frame less its own words. */
export const SYNC_RECORDS_BYTES_MAX = FRAME_BYTES_MAX - 64 * 1024

/** Bytes of one update or of records in one gossip payload. */
export const SYNC_GOSSIP_BYTES_MAX = GOSSIP_BYTES_MAX - 4 * 1024

/** Records in one answer or message: each has over 100 bytes. */
const RECORDS_MAX = Math.floor(FRAME_BYTES_MAX / 100)

const Root = BytesSchema(32, 32)
const Kind = Type.Union([Type.Literal('revisions'), Type.Literal('registers')])
const ItemName = Type.String({ maxLength: 300 })
/** The wall clock of who answers, by which clocks are compared; absent in answers of versions that did not. */
const WallMs = Type.Optional(Type.Integer({ minimum: 0 }))
const Digests = BytesSchema(BUCKETS * ITEM_HASH_BYTES, BUCKETS * ITEM_HASH_BYTES)
const Records = Type.Array(BytesSchema(1, FRAME_BYTES_MAX), { maxItems: RECORDS_MAX })

const RequestSchema = Type.Union([
  /** `root` is the hash over all digests of the asker. */
  Type.Object({ type: Type.Literal('compare'), root: Root }),
  Type.Object({
    type: Type.Literal('list'),
    kind: Kind,
    buckets: Type.Array(Type.Integer({ minimum: 0, maximum: BUCKETS - 1 }), {
      minItems: 1,
      maxItems: BUCKETS,
    }),
    /** Of the first bucket only the names after this one: a bucket may hold more than one answer. */
    after: Type.Optional(ItemName),
  }),
  Type.Object({
    type: Type.Literal('fetch'),
    kind: Kind,
    names: Type.Array(ItemName, { minItems: 1, maxItems: SYNC_NAMES_MAX }),
  }),
])

const HintSchema = Type.Union([
  Type.Object({ type: Type.Literal('update'), update: BytesSchema(1, GOSSIP_BYTES_MAX) }),
  Type.Object({ type: Type.Literal('registers'), records: Records }),
  Type.Object({ type: Type.Literal('digest'), root: Root }),
])

export type SyncKind = Static<typeof Kind>
export type SyncRequest = Static<typeof RequestSchema>
export type SyncHint = Static<typeof HintSchema>

export const syncRequestCodec = defineMessage('sync request', RequestSchema)
export const compareAnswerCodec = defineMessage(
  'sync digests',
  Type.Union([
    Type.Object({ type: Type.Literal('same'), wallMs: WallMs }),
    Type.Object({ type: Type.Literal('digests'), revisions: Digests, registers: Digests, wallMs: WallMs }),
  ]),
)
export const listAnswerCodec = defineMessage(
  'sync list',
  Type.Object({
    items: Type.Array(Type.Object({ name: ItemName, hash: BytesSchema(ITEM_HASH_BYTES, ITEM_HASH_BYTES) }), {
      maxItems: SYNC_NAMES_MAX,
    }),
    /** How many of the buckets, from the front, this lists. */
    done: Type.Integer({ minimum: 1, maximum: BUCKETS }),
    /** True where the first bucket alone was listed, in order of its names, and goes on after the last of these. */
    more: Type.Optional(Type.Boolean()),
  }),
)
export const fetchAnswerCodec = defineMessage(
  'sync records',
  Type.Object({
    records: Records,
    /** How many of the names, from the front, this answers; what of them is not here was left out. */
    done: Type.Integer({ minimum: 1, maximum: SYNC_NAMES_MAX }),
  }),
)
export const syncHintCodec = defineMessage('sync hint', HintSchema)

/** CBOR's length before a byte string of this size. */
const RECORD_OVERHEAD_BYTES = 5

/** Records in as few groups as fit, in order; a group holds at least one. */
export const groupRecords = (records: readonly Uint8Array[], bytesMax: number): Uint8Array[][] => {
  const groups: Uint8Array[][] = []
  let room = 0
  for (const record of records) {
    const bytes = record.byteLength + RECORD_OVERHEAD_BYTES
    if (groups.length === 0 || bytes > room) {
      groups.push([])
      room = bytesMax
    }
    groups.at(-1)?.push(record)
    room -= bytes
  }
  return groups
}
