/** A new key for the node that is asked. */
import { type Static, Type } from 'typebox'
import { MemberRoleSchema, TaskIdSchema } from '../../decisions/index.ts'
import { NameSchema, NodeIdSchema } from '../../wire/index.ts'
import { Closed } from './closed.ts'

const NodeSchema = Closed({ id: NodeIdSchema, name: NameSchema })

export const RotationPlanSchema = Closed({
  mesh: NameSchema,
  /** As it is now. */
  node: NodeSchema,
  /** What it stays. */
  role: MemberRoleSchema,
  capabilities: Type.Array(Type.String()),
  labels: Type.Array(Type.String()),
  /** Another node takes its vote first. */
  votes: Type.Boolean(),
  /** Whether it issues certificates, and goes on to: `noMore` where the root's key is elsewhere. */
  issuing: Type.Union([Type.Literal('none'), Type.Literal('goesOn'), Type.Literal('noMore')]),
  /** The root's key is here, and stays here. */
  rootKeyHere: Type.Boolean(),
  /** What runs here, and moves or stops. */
  tasks: Type.Array(TaskIdSchema),
  /** Logins that began here, and end. */
  sessions: Type.Integer({ minimum: 0 }),
  /** Join tokens that were made here, and admit nobody any more. */
  tokens: Type.Integer({ minimum: 0 }),
})

export const RotatedSchema = Closed({
  mesh: NameSchema,
  /** As it was, which counts no more. */
  replaced: NodeSchema,
  /** As it is once the daemon has started again, which follows this answer. */
  node: NodeSchema,
  /** What could not be ended here in time. */
  tasksLeft: Type.Array(TaskIdSchema),
})

export type RotationPlan = Static<typeof RotationPlanSchema>
export type Rotated = Static<typeof RotatedSchema>
