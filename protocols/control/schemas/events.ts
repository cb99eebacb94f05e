/**
 * What happened, as this node saw it: a stream of lines, one event each.
 *
 * To add an event: one more member of the union below. Readers print types that they do not know.
 */
import { type Static, Type } from 'typebox'
import { ObjectKeySchema, RevisionIdSchema, TaskIdSchema, UpdateStateSchema } from '../../decisions/index.ts'
import { HealthSchema, ProblemSchema } from '../../tasks/index.ts'
import { NameSchema, NodeIdSchema } from '../../wire/index.ts'
import { Closed, Nullable } from './closed.ts'
import { ErrorBodySchema } from './error.ts'
import { MemberStateSchema } from './node.ts'
import { TaskStateSchema } from './tasks.ts'
import { UpdatePhaseSchema } from './updates.ts'

const stamp = {
  /** Grows with each event of this node, also over restarts. */
  sequence: Type.Integer({ minimum: 0 }),
  /** Milliseconds since 1970. */
  atMs: Type.Integer({ minimum: 0 }),
}

const nodeAdmitted = { type: Type.Literal('nodeAdmitted'), node: NodeIdSchema, name: NameSchema }
const nodeRemoved = { type: Type.Literal('nodeRemoved'), node: NodeIdSchema, name: NameSchema }
const memberChanged = {
  type: Type.Literal('memberChanged'),
  node: NodeIdSchema,
  name: NameSchema,
  state: MemberStateSchema,
}
const leaderChanged = {
  type: Type.Literal('leaderChanged'),
  leader: Type.Union([NodeIdSchema, Type.Null()]),
  term: Type.Integer({ minimum: 0 }),
}
const votersChanged = { type: Type.Literal('votersChanged'), voters: Type.Array(NodeIdSchema) }
const revisionAccepted = {
  type: Type.Literal('revisionAccepted'),
  object: ObjectKeySchema,
  revision: RevisionIdSchema,
  /** True where it says that the object is gone. */
  removed: Type.Boolean(),
}
/** An edit lost against a head of the same time. */
const conflictOpened = {
  type: Type.Literal('conflictOpened'),
  object: ObjectKeySchema,
  /** The one that lost. */
  revision: RevisionIdSchema,
  head: RevisionIdSchema,
}
const conflictSettled = { ...conflictOpened, type: Type.Literal('conflictSettled') }
const taskAssigned = {
  type: Type.Literal('taskAssigned'),
  task: TaskIdSchema,
  node: NodeIdSchema,
  name: NameSchema,
  reason: Type.String(),
}
const taskReleased = { type: Type.Literal('taskReleased'), task: TaskIdSchema, reason: Type.String() }
/** As its node tells it. */
const taskChanged = {
  type: Type.Literal('taskChanged'),
  task: TaskIdSchema,
  node: NodeIdSchema,
  name: NameSchema,
  state: TaskStateSchema,
  attempt: Type.Integer({ minimum: 0 }),
  /** What its check says, where it runs and has one. */
  health: Type.Optional(HealthSchema),
  problem: Nullable(ProblemSchema),
}

/** A step of the update of a service. */
const updateChanged = {
  type: Type.Literal('updateChanged'),
  object: ObjectKeySchema,
  state: UpdateStateSchema,
  phase: UpdatePhaseSchema,
  changing: Type.Array(Type.Integer({ minimum: 0 })),
  done: Type.Integer({ minimum: 0 }),
  failures: Type.Integer({ minimum: 0 }),
  reason: Type.String(),
}

const meshVersionRaised = { type: Type.Literal('meshVersionRaised'), version: Type.Integer({ minimum: 1 }) }
/** This node is too old to read on. */
const followingHalted = {
  type: Type.Literal('followingHalted'),
  index: Type.Integer({ minimum: 1 }),
  /** What it met there. */
  kind: Type.String(),
}

/** A published port is answered by this node from now on, or not any more. */
const publishedPortChanged = {
  type: Type.Literal('publishedPortChanged'),
  object: ObjectKeySchema,
  port: Type.Integer({ minimum: 1, maximum: 65_535 }),
  protocol: Type.Union([Type.Literal('tcp'), Type.Literal('udp')]),
  /** What keeps it from it; null where it is answered. */
  problem: Nullable(Type.String()),
}

/** The log goes on in another generation, which somebody began at that node. */
const generationBegan = {
  type: Type.Literal('generationBegan'),
  generation: Type.Integer({ minimum: 1 }),
  node: NodeIdSchema,
  name: NameSchema,
}

/** What happened, without when. */
export const HappeningSchema = Type.Union([
  Closed(nodeAdmitted),
  Closed(nodeRemoved),
  Closed(memberChanged),
  Closed(leaderChanged),
  Closed(votersChanged),
  Closed(revisionAccepted),
  Closed(conflictOpened),
  Closed(conflictSettled),
  Closed(taskAssigned),
  Closed(taskReleased),
  Closed(taskChanged),
  Closed(updateChanged),
  Closed(meshVersionRaised),
  Closed(followingHalted),
  Closed(generationBegan),
  Closed(publishedPortChanged),
])

export const EventSchema = Type.Union([
  Closed({ ...stamp, ...nodeAdmitted }),
  Closed({ ...stamp, ...nodeRemoved }),
  Closed({ ...stamp, ...memberChanged }),
  Closed({ ...stamp, ...leaderChanged }),
  Closed({ ...stamp, ...votersChanged }),
  Closed({ ...stamp, ...revisionAccepted }),
  Closed({ ...stamp, ...conflictOpened }),
  Closed({ ...stamp, ...conflictSettled }),
  Closed({ ...stamp, ...taskAssigned }),
  Closed({ ...stamp, ...taskReleased }),
  Closed({ ...stamp, ...taskChanged }),
  Closed({ ...stamp, ...updateChanged }),
  Closed({ ...stamp, ...meshVersionRaised }),
  Closed({ ...stamp, ...followingHalted }),
  Closed({ ...stamp, ...generationBegan }),
  Closed({ ...stamp, ...publishedPortChanged }),
])

/** First line where events before the next line are no longer kept. */
export const GapSchema = Closed({ type: Type.Literal('gap') })

/** Last line of a stream that ends for a reason. */
export const StreamEndSchema = Closed({ type: Type.Literal('end'), error: ErrorBodySchema })

export const EventLineSchema = Type.Union([EventSchema, GapSchema, StreamEndSchema])

export const EventsQuerySchema = Closed({
  since: Type.Optional(
    Type.Integer({
      minimum: 0,
      description: 'Only events with a greater sequence; all kept ones without it.',
    }),
  ),
  follow: Type.Optional(Type.Boolean({ description: 'Go on with new events as they come.' })),
})

export type Happening = Static<typeof HappeningSchema>
export type Event = Static<typeof EventSchema>
export type StreamEnd = Static<typeof StreamEndSchema>
export type EventLine = Static<typeof EventLineSchema>
export type EventsQuery = Static<typeof EventsQuerySchema>
