/** What crosses the wire under `/coterie/consensus/1`: CBOR maps by `type`, bounded, checked as a whole. */
import { Type } from 'typebox'
import { GenerationSchema } from '../generations/index.ts'
import { BytesSchema, defineMessage, type MessageCodec } from '../wire/index.ts'
import { ConfigurationSchema, StoreIdSchema } from './configuration.ts'
import {
  APPEND_BYTES_MAX,
  ENTRIES_PER_APPEND_MAX,
  ENTRY_BYTES_MAX,
  SNAPSHOT_BYTES_MAX,
  SNAPSHOT_PIECE_BYTES_MAX,
} from './limits.ts'
import type { ConsensusMessage, LogEntry } from './types.ts'

/** Indexes, terms and rounds: at a million a second, 2^48 last nine years, and one more stays a safe integer. */
export const CountSchema = Type.Integer({ minimum: 0, maximum: 2 ** 48 })

const StoreStampSchema = Type.Object({ id: StoreIdSchema, boot: CountSchema })

/** One entry of the log; the same on the wire of appends and of followers. */
export const LogEntrySchema = Type.Object({
  index: Type.Integer({ minimum: 1, maximum: 2 ** 48 }),
  term: CountSchema,
  kind: Type.Union([Type.Literal('noop'), Type.Literal('configuration'), Type.Literal('decision')]),
  data: BytesSchema(0, ENTRY_BYTES_MAX),
})

/** Consecutive or not, the machine checks; here only how many and how large. */
export const LogEntriesSchema = Type.Refine(
  Type.Array(LogEntrySchema, { maxItems: ENTRIES_PER_APPEND_MAX }),
  (entries) => entries.reduce((bytes, { data }) => bytes + data.byteLength, 0) <= APPEND_BYTES_MAX,
  () => `must hold at most ${APPEND_BYTES_MAX} bytes of data`,
)

/** A part of a snapshot; the same on the wire of leaders and of followers. Whether it fits the others, `receipt.ts` checks. */
export const SnapshotPieceSchema = Type.Object({
  index: Type.Integer({ minimum: 1, maximum: 2 ** 48 }),
  term: CountSchema,
  configuration: ConfigurationSchema,
  offset: Type.Integer({ minimum: 0, maximum: SNAPSHOT_BYTES_MAX }),
  bytes: Type.Integer({ minimum: 0, maximum: SNAPSHOT_BYTES_MAX }),
  data: BytesSchema(0, SNAPSHOT_PIECE_BYTES_MAX),
})

/** What every message may carry. */
const Stamped = { generation: Type.Optional(GenerationSchema) }

const ConsensusMessageSchema = Type.Union([
  Type.Object({
    ...Stamped,
    type: Type.Union([Type.Literal('preVote'), Type.Literal('vote')]),
    term: CountSchema,
    lastIndex: CountSchema,
    lastTerm: CountSchema,
    transfer: Type.Boolean(),
  }),
  Type.Object({
    ...Stamped,
    type: Type.Union([Type.Literal('preVoteReply'), Type.Literal('voteReply')]),
    term: CountSchema,
    granted: Type.Boolean(),
    store: Type.Optional(StoreStampSchema),
  }),
  Type.Object({
    ...Stamped,
    type: Type.Literal('append'),
    term: CountSchema,
    prevIndex: CountSchema,
    prevTerm: CountSchema,
    entries: LogEntriesSchema,
    commitIndex: CountSchema,
    round: CountSchema,
  }),
  Type.Object({
    ...Stamped,
    type: Type.Literal('appendReply'),
    term: CountSchema,
    accepted: Type.Boolean(),
    matchIndex: CountSchema,
    round: CountSchema,
    store: Type.Optional(StoreStampSchema),
  }),
  Type.Object({
    ...Stamped,
    type: Type.Literal('snapshotPiece'),
    term: CountSchema,
    piece: SnapshotPieceSchema,
  }),
  Type.Object({
    ...Stamped,
    type: Type.Literal('snapshotReply'),
    term: CountSchema,
    index: CountSchema,
    offset: Type.Integer({ minimum: 0, maximum: SNAPSHOT_BYTES_MAX }),
    store: Type.Optional(StoreStampSchema),
  }),
  Type.Object({ ...Stamped, type: Type.Literal('timeoutNow'), term: CountSchema }),
])

/** Entries without what a newer version adds to them: a log keeps and sends on only what has its bounds here. */
export const plainEntries = (entries: readonly LogEntry[]): LogEntry[] =>
  entries.map(({ index, term, kind, data }) => ({ index, term, kind, data }))

const codec: MessageCodec<ConsensusMessage> = defineMessage('consensus', ConsensusMessageSchema)

/** @throws `malformedMessage` on decode */
export const consensusMessageCodec: MessageCodec<ConsensusMessage> = {
  ...codec,
  decode: (bytes) => {
    const message = codec.decode(bytes)
    return message.type === 'append' ? { ...message, entries: plainEntries(message.entries) } : message
  },
}
