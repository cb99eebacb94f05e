import { type Static, Type } from 'typebox'
import { ConditionSchema } from '../../profile/index.ts'
import { AddressSchema, NameSchema, NodeIdSchema } from '../../wire/index.ts'
import { Closed } from './closed.ts'

/** Our view of a member. `unknown`: not heard from since this daemon started. */
export const MemberStateSchema = Type.Union([
  Type.Literal('alive'),
  Type.Literal('suspect'),
  Type.Literal('dead'),
  Type.Literal('left'),
  Type.Literal('unknown'),
])

/**
 * What a node does in consensus. A follower only follows the log; voters and learners are sent it. An observer is a voter
 * whose data directory is new or a copy: its vote does not count until it has caught up; only it tells that of itself.
 */
export const NodeRoleSchema = Type.Union([
  Type.Literal('leader'),
  Type.Literal('voter'),
  Type.Literal('learner'),
  Type.Literal('follower'),
  Type.Literal('observer'),
])

export const NodeRefSchema = Closed({ id: NodeIdSchema, name: NameSchema })

export const NodeSchema = Closed({
  id: NodeIdSchema,
  name: NameSchema,
  /** True for the node that answers. */
  self: Type.Boolean(),
  state: MemberStateSchema,
  role: NodeRoleSchema,
  /** True for a node that votes and leads only as a last resort. */
  edge: Type.Boolean(),
  /** True where a connection to it is open now. */
  connected: Type.Boolean(),
  /** The member that this connection goes through; null where it is direct, or there is none. */
  through: Type.Union([NodeRefSchema, Type.Null()]),
  addresses: Type.Array(AddressSchema),
  /** How its machine is doing; null where it did not tell yet. */
  condition: Type.Union([ConditionSchema, Type.Null()]),
  /** Through whom others reach it where they cannot at its addresses. */
  relays: Type.Array(NodeRefSchema),
})

export const NodesSchema = Closed({ nodes: Type.Array(NodeSchema) })

export type MemberState = Static<typeof MemberStateSchema>
export type NodeRole = Static<typeof NodeRoleSchema>
export type NodeRef = Static<typeof NodeRefSchema>
export type NodeSummary = Static<typeof NodeSchema>
export type Nodes = Static<typeof NodesSchema>
