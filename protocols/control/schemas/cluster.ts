/** The mesh in one answer, for whoever watches it from outside. */
import { type Static, Type } from 'typebox'
import { NameSchema, NodeIdSchema } from '../../wire/index.ts'
import { Closed, Nullable } from './closed.ts'
import { MemberStateSchema, NodeRoleSchema } from './node.ts'
import { VoterSchema } from './voters.ts'

const Count = Type.Integer({ minimum: 0 })

/** How many tasks are in each state, as their nodes told it last. */
export const TaskTallySchema = Closed({
  assigned: Count,
  preparing: Count,
  starting: Count,
  running: Count,
  waiting: Count,
  stopping: Count,
  stopped: Count,
  completed: Count,
  failed: Count,
  rejected: Count,
})

export const ClusterSchema = Closed({
  mesh: Closed({ id: Type.String(), name: NameSchema }),
  meshVersion: Count,
  generation: Type.Integer({ minimum: 1 }),
  term: Count,
  /** Null where this node knows of none. */
  leader: Nullable(Closed({ id: NodeIdSchema, name: NameSchema })),
  /** True where a majority of the voters is alive, as far as this node sees. */
  quorum: Type.Boolean(),
  voters: Type.Array(VoterSchema),
  members: Type.Array(
    Closed({
      id: NodeIdSchema,
      name: NameSchema,
      state: MemberStateSchema,
      role: NodeRoleSchema,
      edge: Type.Boolean(),
    }),
  ),
  tasks: TaskTallySchema,
  /** Of these, tasks of nodes that are dead, left or unknown: what is told of them may be over. */
  tasksLost: Count,
})

export type TaskTally = Static<typeof TaskTallySchema>
export type Cluster = Static<typeof ClusterSchema>
