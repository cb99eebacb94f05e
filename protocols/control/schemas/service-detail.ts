/** One service with all that is kept of it, and why its tasks are where they are. */
import { type Static, Type } from 'typebox'
import { TaskIdSchema } from '../../decisions/index.ts'
import { ServiceSpecSchema } from '../../spec/index.ts'
import { NameSchema, NodeIdSchema } from '../../wire/index.ts'
import { Closed, Nullable } from './closed.ts'
import { FieldChangeSchema } from './plan.ts'
import { ServiceSchema } from './services.ts'
import { WrittenRevisionSchema } from './written-revision.ts'

const Count = Type.Integer({ minimum: 0 })

export const KeptRevisionSchema = Closed({
  ...WrittenRevisionSchema.properties,
  /** What it says other than the one before it; null where one of the two is not kept, or not here. */
  fields: Nullable(Type.Array(FieldChangeSchema)),
})

export const ServiceDetailSchema = Closed({
  service: ServiceSchema,
  /** What the head says; null until its bytes have arrived at the node that answers. */
  spec: Nullable(ServiceSpecSchema),
  /** What can be rolled back to: the last heads, newest first, the present one included. */
  history: Type.Array(KeptRevisionSchema),
})

export const ExplainQuerySchema = Closed({
  slot: Type.Optional(
    Type.Integer({
      minimum: 0,
      description: 'Judge the nodes for that slot, as if it had no task; for one more replica without it.',
    }),
  ),
})

/** A slot, and why its task is where it is, or why there is none. */
export const ExplainedSlotSchema = Closed({
  slot: Count,
  /** Null where none holds it. */
  task: Nullable(TaskIdSchema),
  node: Nullable(NameSchema),
  /** As it was decided; of a slot without a task, why it waits. */
  reason: Type.String(),
})

export const NodeVerdictSchema = Closed({
  node: NodeIdSchema,
  name: NameSchema,
  /** 1 for the node that would be taken; null where it cannot take the task. */
  rank: Nullable(Type.Integer({ minimum: 1 })),
  /** Why it cannot, or why the one ranked first is preferred; empty for that one. */
  why: Type.String(),
  /** What would be left for the task there. */
  memoryFreeMb: Type.Integer(),
  /** Other replicas of the service there. */
  replicas: Count,
})

export const ExplanationSchema = Closed({
  service: ServiceSchema,
  slots: Type.Array(ExplainedSlotSchema),
  /** By rank, then those that cannot take it by name; as this node sees the mesh now. */
  nodes: Type.Array(NodeVerdictSchema),
})

export type KeptRevision = Static<typeof KeptRevisionSchema>
export type ServiceDetail = Static<typeof ServiceDetailSchema>
export type NodeVerdict = Static<typeof NodeVerdictSchema>
export type Explanation = Static<typeof ExplanationSchema>
