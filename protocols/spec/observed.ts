/**
 * What nodes report of themselves and of their tasks, each in a register that only that node writes.
 * Task states are ordered and only move forward; a task that ended is followed by another task, never revived.
 */
import { type Static, Type } from 'typebox'
import { NameSchema } from '../wire/index.ts'

/** In their order. The last four are final. */
export const TASK_STATES = [
  'assigned',
  'preparing',
  'starting',
  'running',
  'stopping',
  'completed',
  'stopped',
  'failed',
  'rejected',
] as const

export type TaskState = (typeof TASK_STATES)[number]

/** Lines of a failed task's log that travel with its status. */
export const LAST_LINES_MAX = 10

const PortNumber = Type.Integer({ minimum: 1, maximum: 65535 })

/** Where a port of a running task is found on its node. */
export const BoundPortSchema = Type.Object({
  target: PortNumber,
  host: Type.String({ maxLength: 64 }),
  port: PortNumber,
  protocol: Type.Union([Type.Literal('tcp'), Type.Literal('udp')]),
})

export const TaskStatusSchema = Type.Object({
  state: Type.Union(TASK_STATES.map((state) => Type.Literal(state))),
  /** Starts in place so far; rises with each restart. */
  attempt: Type.Integer({ minimum: 0 }),
  /** Wall clock of the node, for people. */
  sinceMs: Type.Integer({ minimum: 0 }),
  runtime: Type.Union([Type.Literal('docker'), Type.Literal('process'), Type.Null()]),
  ports: Type.Array(BoundPortSchema, { maxItems: 32 }),
  exitCode: Type.Union([Type.Integer(), Type.Null()]),
  /** Why it failed or was rejected, cause and next step in one text; null where nothing is wrong. */
  error: Type.Union([Type.String({ maxLength: 1000 }), Type.Null()]),
  lastLines: Type.Array(Type.String({ maxLength: 400 }), { maxItems: LAST_LINES_MAX }),
})

export const NodeProfileSchema = Type.Object({
  name: NameSchema,
  version: Type.String({ maxLength: 64 }),
  /** What can run tasks there now. */
  runtimes: Type.Array(Type.Union([Type.Literal('docker'), Type.Literal('process')]), { maxItems: 2 }),
  cpus: Type.Integer({ minimum: 1 }),
  memoryMb: Type.Integer({ minimum: 1 }),
})

export type BoundPort = Static<typeof BoundPortSchema>
export type TaskStatus = Omit<Static<typeof TaskStatusSchema>, 'state'> & { state: TaskState }
export type NodeProfile = Static<typeof NodeProfileSchema>

/** Register keys. */
export const taskRegister = (task: string): string => `task/${task}`
export const nodeRegister = (node: string): string => `node/${node}`
