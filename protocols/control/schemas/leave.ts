import { type Static, Type } from 'typebox'
import { TaskIdSchema } from '../../decisions/index.ts'
import { NameSchema } from '../../wire/index.ts'
import { Closed } from './closed.ts'

export const LeaveRequestSchema = Closed({
  purge: Type.Optional(
    Type.Boolean({
      description: "Delete Coterie's files in the data directory, instead of setting them aside.",
    }),
  ),
})

const NamesSchema = Type.Array(Type.String())

export const LeaveSchema = Closed({
  /** The mesh that this node has left; the daemon stops after this answer. */
  mesh: NameSchema,
  dataDir: Type.String(),
  /** What could not be ended here in time. */
  tasksLeft: Type.Array(TaskIdSchema),
  /** What the daemon deletes in the data directory as it ends, and what it leaves there, for it is not Coterie's. */
  removes: NamesSchema,
  leaves: NamesSchema,
})

export type LeaveRequest = Static<typeof LeaveRequestSchema>
export type Leave = Static<typeof LeaveSchema>
