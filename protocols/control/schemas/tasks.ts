import { type Static, Type } from 'typebox'
import { ObjectKeySchema, RevisionIdSchema, TaskIdSchema } from '../../decisions/index.ts'
import { BoundPortSchema, HealthSchema, ProblemSchema, RuntimeKindSchema } from '../../tasks/index.ts'
import { NameSchema, NodeIdSchema } from '../../wire/index.ts'
import { Closed, Nullable } from './closed.ts'

const Count = Type.Integer({ minimum: 0 })

/** States as the node of the task tells them; `assigned` also where it has told nothing yet. */
export const TaskStateSchema = Type.Union([
  Type.Literal('assigned'),
  Type.Literal('preparing'),
  Type.Literal('starting'),
  Type.Literal('running'),
  Type.Literal('waiting'),
  Type.Literal('stopping'),
  Type.Literal('stopped'),
  Type.Literal('completed'),
  Type.Literal('failed'),
  Type.Literal('rejected'),
])

export const TaskSchema = Closed({
  task: TaskIdSchema,
  object: ObjectKeySchema,
  slot: Count,
  /** The revision that it runs; the service's head may be newer. */
  revision: RevisionIdSchema,
  /** It is something else than what is to run. */
  outdated: Type.Boolean(),
  node: NodeIdSchema,
  /** Name of the node. */
  name: NameSchema,
  state: TaskStateSchema,
  /** Wall clock of its node when the state was entered; null where it has told nothing yet. */
  sinceMs: Nullable(Count),
  /** Starts so far. */
  attempt: Count,
  /** Ends of attempts in a row, each soon after its start. */
  quickEnds: Count,
  /** Null before its node has chosen one, and after the end. */
  runtime: Nullable(RuntimeKindSchema),
  ports: Type.Array(BoundPortSchema),
  /** What the container's own check says of it; null where it has none, and while it does not run. */
  health: Nullable(HealthSchema),
  /** How far its image is here; null where none is pulled. */
  pull: Nullable(Closed({ doneBytes: Count, totalBytes: Count })),
  problem: Nullable(ProblemSchema),
  /** The end of its output, told with `failed` and `rejected`. */
  lastLines: Type.Array(Type.String()),
  /** Why it runs there. */
  reason: Type.String(),
})

/** A slot that has no task that runs or may come to run, and why. */
export const WaitingSlotSchema = Closed({
  object: ObjectKeySchema,
  slot: Count,
  reason: Type.String(),
  /** Wall clock of the next try; null where no node fits, until the mesh or the service changes. */
  retryAtMs: Nullable(Count),
})

export const TasksSchema = Closed({ tasks: Type.Array(TaskSchema), waiting: Type.Array(WaitingSlotSchema) })

export type Task = Static<typeof TaskSchema>
export type WaitingSlot = Static<typeof WaitingSlotSchema>
export type Tasks = Static<typeof TasksSchema>
