import { type Static, Type } from 'typebox'
import { RuntimeKindSchema } from '../../tasks/index.ts'
import { AddressSchema, NameSchema, NodeIdSchema } from '../../wire/index.ts'
import { Closed } from './closed.ts'
import { NodeRefSchema, NodeRoleSchema } from './node.ts'

const Count = Type.Integer({ minimum: 0 })

export const StatusSchema = Closed({
  node: Closed({ id: NodeIdSchema, name: NameSchema }),
  mesh: Closed({ id: Type.String(), name: NameSchema }),
  version: Type.String(),
  /** At which version the mesh is, whatever version of the program each node runs. */
  meshVersion: Closed({
    present: Count,
    /** The least and the greatest that this node understands. */
    least: Count,
    most: Count,
    /** Names of members that must be updated before the mesh rises to the greatest. */
    waitsFor: Type.Array(NameSchema),
    /** Where this node stopped following the log, being too old, and what it met there; null while it follows. */
    halt: Type.Union([Closed({ index: Count, kind: Type.String() }), Type.Null()]),
  }),
  /** Number of the generation of the log; it rises when a quorum is recovered. */
  generation: Type.Integer({ minimum: 1 }),
  /** Since the daemon's process began to serve. */
  uptimeMs: Count,
  role: NodeRoleSchema,
  /** True for a node that votes and leads only as a last resort. */
  edge: Type.Boolean(),
  /** Null where this node knows of no leader. */
  leader: Type.Union([NodeIdSchema, Type.Null()]),
  /** Null also where this node has not yet heard how its leader is called. */
  leaderName: Type.Union([NameSchema, Type.Null()]),
  term: Count,
  /** The last entry of the log known to be committed, and the last one applied here. */
  commitIndex: Count,
  appliedIndex: Count,
  /** How many members are in each state, this node among them. */
  members: Closed({ alive: Count, suspect: Count, dead: Count, left: Count, unknown: Count }),
  /** Open conflicts of all services. */
  conflicts: Count,
  /** Clocks of connected nodes, and of this one, that are off, measured from those of most. */
  clocks: Type.Array(
    Closed({
      id: NodeIdSchema,
      name: NameSchema,
      /** Milliseconds; below 0 where it is behind. */
      aheadMs: Type.Integer(),
    }),
  ),
  /** Until when machines of the LAN may ask this node to join, and how many wait for an answer; null where they may not. */
  openLan: Type.Union([
    Closed({ untilMs: Type.Integer(), autoApprove: Type.Boolean(), waiting: Count }),
    Type.Null(),
  ]),
  /** Paths of damaged stores that were set aside, oldest first, until somebody deletes them. */
  damagedStores: Type.Array(Type.String()),
  /** What ends exclusive tasks when their lease lapses. */
  watchdog: Closed({
    /** By which runtime it can kill; empty where it does not answer, and no exclusive task runs here. */
    kills: Type.Array(RuntimeKindSchema),
    guarded: Count,
    /** How it kills containers, or why it cannot. */
    detail: Type.String(),
  }),
  /** What runs containers here. */
  engine: Closed({
    answers: Type.Boolean(),
    /** Why it does not answer; null where it does. */
    detail: Type.Union([Type.String(), Type.Null()]),
    /** Images that were pulled for the mesh, and those of them that a kept revision names. */
    images: Count,
    pinned: Count,
  }),
  /** Where other nodes can reach this one. */
  addresses: Type.Array(AddressSchema),
  reach: Closed({
    /** Connected members, by how they are reached: without help, or through another one. */
    direct: Count,
    relayed: Count,
    /** Whether all that were asked reach this node at its addresses; null while nobody has answered. */
    reachable: Type.Union([Type.Boolean(), Type.Null()]),
    /** Through whom the others reach it where they cannot. */
    relays: Type.Array(NodeRefSchema),
  }),
})

export type Status = Static<typeof StatusSchema>
