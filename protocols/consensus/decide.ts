import { type Static, Type } from 'typebox'
import { GenerationSchema } from '../generations/index.ts'
import { BytesSchema, defineMessage } from '../wire/index.ts'
import { ENTRY_BYTES_MAX } from './limits.ts'
import { CountSchema } from './messages.ts'

/** How long an asker may make the leader keep a question, in milliseconds. */
export const DECIDE_TIMEOUT_MS_MAX = 60_000

/** In which generation the asker lives: indexes of another one mean nothing to it. */
const Stamped = { generation: Type.Optional(GenerationSchema) }

const TimeoutSchema = Type.Integer({ minimum: 1, maximum: DECIDE_TIMEOUT_MS_MAX })

/** What a member asks of the leader on `PROTOCOLS.decide`: to commit something, or how far the log is committed. */
export const DecideRequestSchema = Type.Union([
  Type.Object({
    ...Stamped,
    type: Type.Literal('propose'),
    data: BytesSchema(0, ENTRY_BYTES_MAX),
    timeoutMs: TimeoutSchema,
  }),
  Type.Object({ ...Stamped, type: Type.Literal('read'), timeoutMs: TimeoutSchema }),
])
export type DecideRequest = Static<typeof DecideRequestSchema>

/** Where the decision was committed; or, for a read, the index that was committed when it was asked for. */
export const DecideReplySchema = Type.Object({
  index: CountSchema,
  term: CountSchema,
})
export type DecideReply = Static<typeof DecideReplySchema>

export const decideRequestCodec = defineMessage('decide request', DecideRequestSchema)
export const decideReplyCodec = defineMessage('decide reply', DecideReplySchema)
