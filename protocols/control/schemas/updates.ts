/** How far a service is with its update, and what a person says of it. */
import { type Static, Type } from 'typebox'
import { RevisionIdSchema, UpdateStateSchema } from '../../decisions/index.ts'
import { Closed, Nullable } from './closed.ts'

const Count = Type.Integer({ minimum: 0 })

export const UpdatePhaseSchema = Type.Union([
  Type.Literal('preparing'),
  Type.Literal('starting'),
  Type.Literal('watching'),
  Type.Literal('resting'),
])

export const ServiceUpdateSchema = Closed({
  state: UpdateStateSchema,
  /** Of the slots in change; `resting` while there are none. */
  phase: UpdatePhaseSchema,
  changing: Type.Array(Count),
  /** Slots that were changed in this direction, and tasks of it that failed. */
  done: Count,
  failures: Count,
  /** What a rollback goes back to; null where nothing ran before. */
  back: Nullable(RevisionIdSchema),
  /** Wall clock of the leader at the last step. */
  sinceMs: Count,
  /** Why it is there. */
  reason: Type.String(),
})

export const SteerUpdateRequestSchema = Closed({
  order: Type.Union([Type.Literal('pause'), Type.Literal('resume'), Type.Literal('rollback')]),
  /** Of a rollback: one of the last ten revisions; the one before what is to run where it is absent. */
  to: Type.Optional(RevisionIdSchema),
})

export const SteeredUpdateSchema = Closed({ update: ServiceUpdateSchema })

export type ServiceUpdate = Static<typeof ServiceUpdateSchema>
export type SteerUpdateRequest = Static<typeof SteerUpdateRequestSchema>
export type SteeredUpdate = Static<typeof SteeredUpdateSchema>
