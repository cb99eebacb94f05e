/**
 * The status of a task: written by its node alone, read by everybody. Source of the idea: SwarmKit's task model.
 */
import { type Static, Type } from 'typebox'
import { TaskIdSchema } from '../decisions/index.ts'

/** Log lines that a failed task takes with it: enough for a stack trace's head, small enough for a register. */
export const LAST_LINES_MAX = 20
/** Characters of one such line. */
export const LAST_LINE_LENGTH_MAX = 400

/** Characters of a problem's sentence; an engine's own words can be longer and are cut. */
export const PROBLEM_LENGTH_MAX = 1000

/** A coded error as it is told of a task; a code that a reader does not know still reads as a sentence. */
export const ProblemSchema = Type.Object({
  code: Type.String({ maxLength: 64 }),
  message: Type.String({ maxLength: PROBLEM_LENGTH_MAX }),
  next: Type.String({ maxLength: PROBLEM_LENGTH_MAX }),
})

export const RuntimeKindSchema = Type.Union([Type.Literal('docker'), Type.Literal('process')])

/** Where a port of a running task is found on its node. */
export const BoundPortSchema = Type.Object({
  target: Type.Integer({ minimum: 1, maximum: 65535 }),
  host: Type.String({ maxLength: 64 }),
  port: Type.Integer({ minimum: 1, maximum: 65535 }),
  protocol: Type.Union([Type.Literal('tcp'), Type.Literal('udp')]),
})

/** What the engine's own check of a container says of the program in it. */
export const HealthSchema = Type.Union([
  Type.Literal('starting'),
  Type.Literal('healthy'),
  Type.Literal('unhealthy'),
])

/** How far an image is here. The whole is known only once the engine has looked at every layer, so it may grow. */
export const PullSchema = Type.Object({
  doneBytes: Type.Integer({ minimum: 0 }),
  totalBytes: Type.Integer({ minimum: 0 }),
})

const told = {
  task: TaskIdSchema,
  /** Fencing token of the assignment. */
  token: Type.Integer({ minimum: 0 }),
  /** 0 before the first start; each restart in place is one more. */
  attempt: Type.Integer({ minimum: 0 }),
  /** Ends of attempts in a row, each soon after its start. */
  quickEnds: Type.Integer({ minimum: 0 }),
  /** Wall clock of the node when the state was entered. */
  sinceMs: Type.Integer({ minimum: 0 }),
  /** What is wrong, or was when the last attempt ended; null where nothing is known to be. */
  problem: Type.Union([ProblemSchema, Type.Null()]),
}

const LastLinesSchema = Type.Array(Type.String({ maxLength: LAST_LINE_LENGTH_MAX }), {
  maxItems: LAST_LINES_MAX,
})

export const TaskStatusSchema = Type.Union([
  Type.Object({ ...told, state: Type.Literal('assigned') }),
  Type.Object({
    ...told,
    state: Type.Literal('preparing'),
    runtime: RuntimeKindSchema,
    /** Absent where nothing is pulled, and in versions that did not tell. */
    pull: Type.Optional(PullSchema),
  }),
  Type.Object({ ...told, state: Type.Literal('starting'), runtime: RuntimeKindSchema }),
  Type.Object({
    ...told,
    state: Type.Literal('running'),
    runtime: RuntimeKindSchema,
    ports: Type.Array(BoundPortSchema, { maxItems: 32 }),
    startedAtMs: Type.Integer({ minimum: 0 }),
    /** Absent where nothing checks it, and in versions that did not tell. */
    health: Type.Optional(HealthSchema),
  }),
  Type.Object({ ...told, state: Type.Literal('waiting'), delayMs: Type.Integer({ minimum: 0 }) }),
  Type.Object({ ...told, state: Type.Literal('stopping') }),
  Type.Object({ ...told, state: Type.Literal('stopped') }),
  Type.Object({ ...told, state: Type.Literal('completed') }),
  Type.Object({
    ...told,
    state: Type.Literal('failed'),
    lastLines: LastLinesSchema,
    /** Of the program in its last attempt; absent where it has none, and of versions that did not tell. */
    exitCode: Type.Optional(Type.Integer()),
  }),
  Type.Object({ ...told, state: Type.Literal('rejected'), lastLines: LastLinesSchema }),
])

/**
 * How a task may end: by itself, completed, failed or never fit to run; by the log, stopped, or moved where another node got its slot;
 * or lost: it ended while its node was down, so that nobody knows how.
 */
export const TaskEndSchema = Type.Union([
  Type.Literal('completed'),
  Type.Literal('failed'),
  Type.Literal('rejected'),
  Type.Literal('stopped'),
  Type.Literal('moved'),
  Type.Literal('lost'),
])

export type Health = Static<typeof HealthSchema>
export type Pull = Static<typeof PullSchema>
export type TaskEnd = Static<typeof TaskEndSchema>
export type Problem = Static<typeof ProblemSchema>
export type RuntimeKind = Static<typeof RuntimeKindSchema>
export type BoundPort = Static<typeof BoundPortSchema>
export type TaskStatus = Static<typeof TaskStatusSchema>
export type TaskState = TaskStatus['state']
