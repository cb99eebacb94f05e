import { Type } from 'typebox'
import { NAME_LENGTH_MAX } from './limits.ts'

/** A node's identity: its libp2p peer id in base58, of an Ed25519 key. */
export type NodeId = string

/** Shape of a node id; that it is a real key is the network's business, which sees only proven ones. */
export const NodeIdSchema = Type.String({
  minLength: 20,
  maxLength: 80,
  pattern: '^[1-9A-HJ-NP-Za-km-z]+$',
})

/** A name that is also a DNS label: lower case letters, digits, inner hyphens. */
export const NameSchema = Type.String({
  minLength: 1,
  maxLength: NAME_LENGTH_MAX,
  pattern: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$',
})

/** A multiaddr as text. */
export const AddressSchema = Type.String({
  minLength: 4,
  maxLength: 256,
  pattern: '^/',
})

/** How many addresses one node may claim: a few interfaces in two families. */
export const AddressesSchema = Type.Array(AddressSchema, { maxItems: 16 })
