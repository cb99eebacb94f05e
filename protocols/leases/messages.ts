/** What crosses the wire under `/coterie/leases/1`: CBOR maps by `type`. A voter that does not lead sends each on as it is. */
import { type Static, Type } from 'typebox'
import { TaskIdSchema } from '../decisions/index.ts'
import { GenerationSchema } from '../generations/index.ts'
import { defineMessage, NodeIdSchema } from '../wire/index.ts'
import { TASKS_PER_ASK_MAX } from './limits.ts'

/** The holder's own number of a request, which begins anew at random with each start of its daemon. */
const RequestSchema = Type.Integer({ minimum: 0, maximum: 2 ** 50 })
const TasksSchema = Type.Array(TaskIdSchema, { maxItems: TASKS_PER_ASK_MAX })

export const LeasedTaskSchema = Type.Object({ task: TaskIdSchema, token: Type.Integer({ minimum: 0 }) })

export const LeaseMessageSchema = Type.Union([
  Type.Object({
    type: Type.Literal('ask'),
    asker: NodeIdSchema,
    request: RequestSchema,
    tasks: Type.Array(LeasedTaskSchema, { minItems: 1, maxItems: TASKS_PER_ASK_MAX }),
    /** In which the asker lives, as in messages of consensus: a leader of another one grants it nothing. */
    generation: Type.Optional(GenerationSchema),
  }),
  /** Tasks of the request in neither list are not the asker's, as far as the leader knows. */
  Type.Object({
    type: Type.Literal('answer'),
    asker: NodeIdSchema,
    request: RequestSchema,
    granted: TasksSchema,
    /** The leader is about to move these: their leases are not renewed any more. */
    moving: TasksSchema,
  }),
])

export type LeasedTask = Static<typeof LeasedTaskSchema>
export type LeaseMessage = Static<typeof LeaseMessageSchema>
export type LeaseAsk = Extract<LeaseMessage, { type: 'ask' }>
export type LeaseAnswer = Extract<LeaseMessage, { type: 'answer' }>

/** @throws `malformedMessage` on decode */
export const leaseMessageCodec = defineMessage('lease', LeaseMessageSchema)
