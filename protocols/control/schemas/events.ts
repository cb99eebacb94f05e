/**
 * What happened, as this node saw it: a stream of lines, one event each.
 *
 * To add an event: one more member of the union below. Readers print types that they do not know.
 */
import { type Static, Type } from 'typebox'
import { NameSchema, NodeIdSchema } from '../../wire/index.ts'
import { Closed } from './closed.ts'
import { ErrorBodySchema } from './error.ts'
import { MemberStateSchema } from './node.ts'

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

/** What happened, without when. */
export const HappeningSchema = Type.Union([
  Closed(nodeAdmitted),
  Closed(nodeRemoved),
  Closed(memberChanged),
  Closed(leaderChanged),
  Closed(votersChanged),
])

export const EventSchema = Type.Union([
  Closed({ ...stamp, ...nodeAdmitted }),
  Closed({ ...stamp, ...nodeRemoved }),
  Closed({ ...stamp, ...memberChanged }),
  Closed({ ...stamp, ...leaderChanged }),
  Closed({ ...stamp, ...votersChanged }),
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
