/** What is inside the packets of UDP discovery. */
import { type Static, Type } from 'typebox'
import { AddressSchema, BytesSchema, defineMessage, NodeIdSchema } from '../wire/index.ts'

/** A question's own number: nobody guesses it, and no two questions share one. */
export const NONCE_BYTES = 16

/** A few interfaces in two families, as everywhere. */
const ADDRESSES_MAX = 16

const NonceSchema = BytesSchema(NONCE_BYTES, NONCE_BYTES)

const BroadcastMessageSchema = Type.Union([
  Type.Object({ type: Type.Literal('question'), nonce: NonceSchema }),
  Type.Object({
    type: Type.Literal('answer'),
    /** That of the question. */
    nonce: NonceSchema,
    node: NodeIdSchema,
    addresses: Type.Array(AddressSchema, { minItems: 1, maxItems: ADDRESSES_MAX }),
  }),
])

export type BroadcastMessage = Static<typeof BroadcastMessageSchema>

export const broadcastCodec = defineMessage('discovery message', BroadcastMessageSchema)
