/**
 * What members say to each other. The sender is proven by the network and therefore not in the message.
 */
import { type Static, Type } from 'typebox'
import { AddressesSchema, defineMessage, NodeIdSchema } from '../wire/index.ts'
import {
  ACCUSERS_MAX,
  DIGEST_SUMS,
  INCARNATION_MAX,
  NEWS_MAX,
  PROBE_NUMBER_MAX,
  WITHIN_MAX_MS,
} from './limits.ts'

const IncarnationSchema = Type.Integer({ minimum: 1, maximum: INCARNATION_MAX })
const NumberSchema = Type.Integer({ minimum: 0, maximum: PROBE_NUMBER_MAX })
const SumSchema = Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1 })

/** One member at one incarnation; the addresses belong to the incarnation, and the accusers to a suspect. */
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
  accusers: Type.Array(NodeIdSchema, { maxItems: ACCUSERS_MAX }),
})

const BodySchema = Type.Union([
  Type.Object({ type: Type.Literal('ping'), number: NumberSchema, origin: NodeIdSchema }),
  Type.Object({ type: Type.Literal('ack'), number: NumberSchema, origin: NodeIdSchema }),
  Type.Object({
    type: Type.Literal('pingRequest'),
    number: NumberSchema,
    target: NodeIdSchema,
    withinMs: Type.Integer({ minimum: 0, maximum: WITHIN_MAX_MS }),
  }),
  Type.Object({ type: Type.Literal('vouch'), number: NumberSchema, target: NodeIdSchema }),
  Type.Object({ type: Type.Literal('nack'), number: NumberSchema, target: NodeIdSchema }),
  Type.Object({ type: Type.Literal('news') }),
  Type.Object({
    type: Type.Literal('digest'),
    sums: Type.Array(SumSchema, { minItems: DIGEST_SUMS, maxItems: DIGEST_SUMS }),
    ask: Type.Boolean(),
  }),
  Type.Object({ type: Type.Literal('records') }),
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
