import { type Static, Type } from 'typebox'
import { TaskIdSchema } from '../../decisions/index.ts'
import { LOG_GREP_LENGTH_MAX, LOG_TAIL_MAX } from '../limits.ts'
import { Closed } from './closed.ts'
import { StreamEndSchema } from './events.ts'
import { LogTimeSchema } from './node-logs.ts'

export const TaskParamsSchema = Closed({ task: TaskIdSchema })

export const LogsQuerySchema = Closed({
  tail: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: LOG_TAIL_MAX,
      description: 'Of the lines that fit, so many from the end; all without it.',
    }),
  ),
  follow: Type.Optional(Type.Boolean({ description: 'Go on with new lines until the task ends.' })),
  sinceMs: LogTimeSchema('Only lines from then on, by the clock of the node that runs it.'),
  untilMs: LogTimeSchema('Only lines up to then.'),
  grep: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: LOG_GREP_LENGTH_MAX,
      description: 'Only lines that hold this text, in capitals or not; it is no expression.',
    }),
  ),
})

export const LogLineSchema = Closed({
  /** Wall clock of the node when the line was written; 0 where it cannot tell. */
  atMs: Type.Integer({ minimum: 0 }),
  stream: Type.Union([Type.Literal('stdout'), Type.Literal('stderr')]),
  text: Type.String(),
})

export const LogStreamLineSchema = Type.Union([LogLineSchema, StreamEndSchema])

export type LogLine = Static<typeof LogLineSchema>
