/** Wire forms of log lines on `PROTOCOLS.logs`: one request, then answers (`protocols/wire/answer.ts`), a batch each. */
import { type Static, Type } from 'typebox'
import { TaskIdSchema } from '../decisions/index.ts'
import { defineMessage } from '../wire/index.ts'

/** Characters of one line, a longer one is cut: a full batch of these in UTF-8 still fits a frame. */
export const LOG_LINE_LENGTH_MAX = 8_192
/** Lines in one frame: quick to send, far below a frame's bound at any usual length. */
export const LOG_BATCH_LINES_MAX = 32
/** Characters of a text that lines are searched for. */
export const LOG_GREP_LENGTH_MAX = 256
/** Lines from the end that a reader may ask for. */
export const LOG_TAIL_MAX = 100_000

export const LogLineSchema = Type.Object({
  /** Wall clock when it was written; 0 where the runtime cannot tell. */
  atMs: Type.Integer({ minimum: 0 }),
  stream: Type.Union([Type.Literal('stdout'), Type.Literal('stderr')]),
  text: Type.String({ maxLength: LOG_LINE_LENGTH_MAX }),
})

const LogsRequestSchema = Type.Object({
  task: TaskIdSchema,
  tail: Type.Union([Type.Integer({ minimum: 0, maximum: LOG_TAIL_MAX }), Type.Null()]),
  follow: Type.Boolean(),
  /** Which lines are wanted; absent, and passed over by versions that give all. */
  sinceMs: Type.Optional(Type.Integer({ minimum: 0 })),
  untilMs: Type.Optional(Type.Integer({ minimum: 0 })),
  grep: Type.Optional(Type.String({ minLength: 1, maxLength: LOG_GREP_LENGTH_MAX })),
})

export type LogsRequest = Static<typeof LogsRequestSchema>

export const logsRequestCodec = defineMessage('logs request', LogsRequestSchema)
export const logBatchCodec = defineMessage(
  'log batch',
  Type.Array(LogLineSchema, { maxItems: LOG_BATCH_LINES_MAX }),
)
