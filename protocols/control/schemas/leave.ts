import type { Static } from 'typebox'
import { NameSchema } from '../../wire/index.ts'
import { Closed, NothingSchema } from './closed.ts'

export const LeaveRequestSchema = NothingSchema

export const LeaveSchema = Closed({
  /** The mesh that this node has left; the daemon stops after this answer. */
  mesh: NameSchema,
})

export type Leave = Static<typeof LeaveSchema>
