/** Wire forms on `PROTOCOLS.exec`: a start, then what the client does one way and, each as an answer, what becomes of it the other. */
import { type Static, Type } from 'typebox'
import { TaskIdSchema } from '../decisions/index.ts'
import { BytesSchema, defineMessage } from '../wire/index.ts'

/** Bytes of one piece of input or output: quick to send, and little for a node to hold for each command. */
export const EXEC_PIECE_BYTES_MAX = 32 * 1024
/** Words of a command, and characters of one: an engine takes more, a person types less. */
const WORDS_MAX = 256
const WORD_LENGTH_MAX = 4_096
const VARIABLES_MAX = 64
/** Columns or rows of a terminal: as many as the kernel's own structure holds. */
const CELLS_MAX = 65_535

export const ExecSizeSchema = Type.Object({
  columns: Type.Integer({ minimum: 1, maximum: CELLS_MAX }),
  rows: Type.Integer({ minimum: 1, maximum: CELLS_MAX }),
})

export const execStartFields = {
  command: Type.Array(Type.String({ maxLength: WORD_LENGTH_MAX }), { minItems: 1, maxItems: WORDS_MAX }),
  /** The size of its terminal; null gives it none. */
  terminal: Type.Union([ExecSizeSchema, Type.Null()]),
  /** Whether anything will be put into it; where not, it finds its input at an end. */
  input: Type.Boolean(),
  /** Name or number, with `:group` or without; null for the container's own. */
  user: Type.Union([Type.String({ minLength: 1, maxLength: 256 }), Type.Null()]),
  /** Null for the container's own. */
  directory: Type.Union([Type.String({ minLength: 1, maxLength: WORD_LENGTH_MAX }), Type.Null()]),
  /** `NAME=value`, on top of the container's own. */
  environment: Type.Array(Type.String({ pattern: '^[^=]+=', maxLength: WORD_LENGTH_MAX }), {
    maxItems: VARIABLES_MAX,
  }),
}

const ExecRequestSchema = Type.Object({ task: TaskIdSchema, ...execStartFields })

const ExecInputSchema = Type.Union([
  Type.Object({ type: Type.Literal('input'), bytes: BytesSchema(1, EXEC_PIECE_BYTES_MAX) }),
  Type.Object({ type: Type.Literal('inputEnd') }),
  Type.Object({ type: Type.Literal('resize'), size: ExecSizeSchema }),
])

const ExecEventSchema = Type.Union([
  Type.Object({ type: Type.Literal('opened') }),
  Type.Object({
    type: Type.Literal('output'),
    stream: Type.Union([Type.Literal('stdout'), Type.Literal('stderr')]),
    bytes: BytesSchema(1, EXEC_PIECE_BYTES_MAX),
  }),
  /** Null where nobody can tell how it ended. */
  Type.Object({ type: Type.Literal('ended'), exitCode: Type.Union([Type.Integer(), Type.Null()]) }),
])

export type ExecSize = Static<typeof ExecSizeSchema>
export type ExecRequest = Static<typeof ExecRequestSchema>
export type ExecStart = Omit<ExecRequest, 'task'>
export type ExecInput = Static<typeof ExecInputSchema>
export type ExecEvent = Static<typeof ExecEventSchema>

export const execRequestCodec = defineMessage('exec request', ExecRequestSchema)
export const execInputCodec = defineMessage('exec input', ExecInputSchema)
export const execEventCodec = defineMessage('exec event', ExecEventSchema)
