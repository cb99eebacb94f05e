/**
 * What members say to each other. The sender is proven by the network and therefore not in the message.
 */
import { type Static, Type } from 'typebox'
import { AddressesSchema, defineMessage, NodeIdSchema } from '../wire/index.ts'
import { INCARNATION_MAX, NEWS_MAX, PROBE_NUMBER_MAX } from './limits.ts'

const IncarnationSchema = Type.Integer({ minimum: 1, maximum: INCARNATION_MAX })
const NumberSchema = Type.Integer({ minimum: 0, maximum: PROBE_NUMBER_MAX })

/** One member at one incarnation; the addresses belong to the incarnation. */
const NewsSchema = Type.Object({
  node: NodeIdSchema,
  state: Type.Union([
    Type.Literal('alive'),
    Type.Literal('suspect'),
    Type.Literal('dead'),
    Type.Literal('left'),
  ]),
  incarnation: IncarnationSchema,
  addresses: AddressesSchema,
})

const BodySchema = Type.Union([
  Type.Object({ type: Type.Literal('ping'), number: NumberSchema, origin: NodeIdSchema }),
  Type.Object({ type: Type.Literal('ack'), number: NumberSchema, origin: NodeIdSchema }),
  Type.Object({ type: Type.Literal('pingRequest'), number: NumberSchema, target: NodeIdSchema }),
  Type.Object({ type: Type.Literal('vouch'), number: NumberSchema, target: NodeIdSchema }),
  Type.Object({ type: Type.Literal('news') }),
  Type.Object({ type: Type.Literal('hello'), ask: Type.Boolean() }),
])

export const MembershipMessageSchema = Type.Object({
  /** The sender about itself. */
  speaker: Type.Object({
    incarnation: IncarnationSchema,
    left: Type.Boolean(),
    addresses: AddressesSchema,
  }),
  news: Type.Array(NewsSchema, { maxItems: NEWS_MAX }),
  body: BodySchema,
})

export type News = Static<typeof NewsSchema>
export type MessageBody = Static<typeof BodySchema>
export type MembershipMessage = Static<typeof MembershipMessageSchema>

export const membershipCodec = defineMessage('membership', MembershipMessageSchema)
