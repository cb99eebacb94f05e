/** A command in a container: its start, what it is told, and the stream of what becomes of it. Bytes are in base64. */
import { type Static, Type } from 'typebox'
import { EXEC_PIECE_BYTES_MAX, ExecSizeSchema, execStartFields } from '../../engine/exec.ts'
import { Closed, Nullable } from './closed.ts'
import { StreamEndSchema } from './events.ts'

const BytesInBase64 = Type.String({
  pattern: '^[A-Za-z0-9+/]+={0,2}$',
  maxLength: Math.ceil(EXEC_PIECE_BYTES_MAX / 3) * 4,
})

export const ExecRequestSchema = Closed(execStartFields)

export const ExecParamsSchema = Closed({ exec: Type.String({ pattern: '^[0-9a-f]{32}$' }) })

export const ExecInputRequestSchema = Type.Union([
  Closed({ type: Type.Literal('input'), data: BytesInBase64 }),
  Closed({ type: Type.Literal('inputEnd') }),
  Closed({ type: Type.Literal('resize'), size: Closed(ExecSizeSchema.properties) }),
])

export const ExecLineSchema = Type.Union([
  /** The first line: by this id input is given. */
  Closed({ type: Type.Literal('opened'), exec: Type.String() }),
  Closed({
    type: Type.Literal('output'),
    stream: Type.Union([Type.Literal('stdout'), Type.Literal('stderr')]),
    data: Type.String(),
  }),
  /** The last line; null where nobody can tell. */
  Closed({ type: Type.Literal('ended'), exitCode: Nullable(Type.Integer()) }),
  StreamEndSchema,
])

export type ExecRequestBody = Static<typeof ExecRequestSchema>
export type ExecInputRequest = Static<typeof ExecInputRequestSchema>
export type ExecLine = Exclude<Static<typeof ExecLineSchema>, Static<typeof StreamEndSchema>>
