/** What the daemon of a node logs, as lines of a stream. */
import { type Static, Type } from 'typebox'
import { NodeIdSchema } from '../../wire/index.ts'
import { LOG_GREP_LENGTH_MAX, LOG_TAIL_MAX } from '../limits.ts'
import { Closed } from './closed.ts'
import { StreamEndSchema } from './events.ts'

export const LogOfParamsSchema = Closed({ node: NodeIdSchema })

/** Milliseconds since 1970. */
export const LogTimeSchema = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 48, description }))

const LevelSchema = Type.Union([
  Type.Literal('debug'),
  Type.Literal('info'),
  Type.Literal('warn'),
  Type.Literal('error'),
  Type.Literal('fatal'),
])

export const NodeLogsQuerySchema = Closed({
  tail: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: LOG_TAIL_MAX,
      description: 'Of the lines that fit, so many from the end; all without it.',
    }),
  ),
  follow: Type.Optional(
    Type.Boolean({ description: 'Go on with new lines, also where the node is away for a while.' }),
  ),
  after: Type.Optional(
    Type.Integer({ minimum: 0, description: 'Only lines with a greater sequence, to go on with.' }),
  ),
  sinceMs: LogTimeSchema('Only lines from then on, by the clock of that node.'),
  untilMs: LogTimeSchema('Only lines up to then.'),
  level: Type.Optional(LevelSchema),
  grep: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: LOG_GREP_LENGTH_MAX,
      description: 'Only lines that hold this text, in capitals or not; it is no expression.',
    }),
  ),
})

export const NodeLogLineSchema = Closed({
  type: Type.Literal('line'),
  /** Grows by one with each line of that node, also over restarts. */
  sequence: Type.Integer({ minimum: 0 }),
  /** Wall clock of that node. */
  atMs: Type.Integer({ minimum: 0 }),
  level: LevelSchema,
  message: Type.String(),
  /** What else the line says. */
  fields: Type.Record(Type.String(), Type.Unknown()),
})

/** What a reader should know beside the lines, such as that they come from a copy. */
export const NodeLogNoteSchema = Closed({ type: Type.Literal('note'), note: Type.String() })

export const NodeLogStreamLineSchema = Type.Union([NodeLogLineSchema, NodeLogNoteSchema, StreamEndSchema])

export type NodeLogsQuery = Static<typeof NodeLogsQuerySchema>
export type NodeLogLine = Static<typeof NodeLogLineSchema>
export type NodeLogNote = Static<typeof NodeLogNoteSchema>
