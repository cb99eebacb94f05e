import { type Static, Type } from 'typebox'
import { ObjectKeySchema, RevisionIdSchema, TaskIdSchema } from '../../decisions/index.ts'
import { TaskEndSchema } from '../../tasks/index.ts'
import { NameSchema, NodeIdSchema } from '../../wire/index.ts'
import { Closed, Nullable } from './closed.ts'

const Count = Type.Integer({ minimum: 0 })

/** Ended tasks in one answer: a page that a person looks through, in under a second. */
export const ENDED_TASKS_MAX = 1_000

export const EndedTasksQuerySchema = Closed({
  project: Type.Optional(NameSchema),
  /** Those that ended at this wall clock or later. */
  sinceMs: Type.Optional(Count),
})

export const EndedTaskSchema = Closed({
  task: TaskIdSchema,
  object: ObjectKeySchema,
  slot: Count,
  revision: RevisionIdSchema,
  node: NodeIdSchema,
  /** Name of the node; null where it is no member any more. */
  name: Nullable(NameSchema),
  end: TaskEndSchema,
  /** Wall clocks of its node. */
  startedAtMs: Nullable(Count),
  endedAtMs: Count,
  attempts: Count,
  exitCode: Nullable(Type.Integer()),
  /** What was wrong last. */
  problem: Nullable(Closed({ code: Type.String(), message: Type.String() })),
  /** Why the log took its slot away. */
  reason: Nullable(Type.String()),
})

export const EndedTasksSchema = Closed({
  /** Newest end first, at most `ENDED_TASKS_MAX`. */
  ended: Type.Array(EndedTaskSchema),
  /** True where there are older ones. */
  more: Type.Boolean(),
  /** Projects whose task records this node does not keep. */
  notLinked: Type.Array(NameSchema),
})

export const ProjectSchema = Closed({
  project: NameSchema,
  /** Whether this node keeps its task records, and what decides that. */
  linked: Type.Boolean(),
  because: Type.Union([
    Type.Literal('votes'),
    Type.Literal('runs'),
    Type.Literal('told'),
    Type.Literal('full'),
    Type.Literal('edge'),
  ]),
  /** Of the periods that are not archived yet: how many, and their records here. */
  documents: Count,
  records: Count,
  bytes: Count,
  /** In the mesh, and how many of them are here. */
  archives: Count,
  archivesHere: Count,
})

export const ProjectsSchema = Closed({ projects: Type.Array(ProjectSchema) })

export const LinkRequestSchema = Closed({ project: NameSchema })

export type EndedTask = Static<typeof EndedTaskSchema>
export type EndedTaskList = Static<typeof EndedTasksSchema>
export type Project = Static<typeof ProjectSchema>
export type Projects = Static<typeof ProjectsSchema>
export type LinkRequest = Static<typeof LinkRequestSchema>
