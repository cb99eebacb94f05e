/** What is said of slots, and who holds them. */
import { type Static, Type } from 'typebox'
import { NodeIdSchema } from '../wire/index.ts'
import { ObjectKeySchema, ReasonSchema, RevisionIdSchema, SlotSchema } from './names.ts'
import { TaskIdSchema } from './task-id.ts'

export const TaskAssignedSchema = Type.Object({
  type: Type.Literal('taskAssigned'),
  object: ObjectKeySchema,
  revision: RevisionIdSchema,
  slot: SlotSchema,
  node: NodeIdSchema,
  /** The task that held the slot when the leader planned; null for none. Refused if another one holds it now. */
  replaces: Type.Union([TaskIdSchema, Type.Null()]),
  reason: ReasonSchema,
})

export const TaskReleasedSchema = Type.Object({
  type: Type.Literal('taskReleased'),
  task: TaskIdSchema,
  reason: ReasonSchema,
})

export type TaskId = Static<typeof TaskIdSchema>

/** A slot given to a node: one run of one slot on one node. */
export interface Assignment {
  readonly task: TaskId
  readonly object: string
  readonly revision: string
  readonly slot: number
  readonly node: string
  /** Its fencing token: made of the generation and the index of the assignment; rises over recoveries too. */
  readonly token: number
  readonly reason: string
}
