import { type Static, Type } from 'typebox'
import { TaskIdSchema } from '../../decisions/index.ts'
import { LOG_TAIL_MAX } from '../limits.ts'
import { Closed } from './closed.ts'
import { StreamEndSchema } from './events.ts'

export const TaskParamsSchema = Closed({ task: TaskIdSchema })

export const LogsQuerySchema = Closed({
  tail: Type.Optional(
    Type.Integer({ minimum: 0, maximum: LOG_TAIL_MAX, description: 'Lines from the end; all without it.' }),
  ),
  follow: Type.Optional(Type.Boolean({ description: 'Go on with new lines until the task ends.' })),
})

export const LogLineSchema = Closed({
  /** Wall clock of the node when the line was written; 0 where it cannot tell. */
  atMs: Type.Integer({ minimum: 0 }),
  stream: Type.Union([Type.Literal('stdout'), Type.Literal('stderr')]),
  text: Type.String(),
})

export const LogStreamLineSchema = Type.Union([LogLineSchema, StreamEndSchema])

export type LogLine = Static<typeof LogLineSchema>
