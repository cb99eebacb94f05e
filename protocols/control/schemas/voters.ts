import { type Static, Type } from 'typebox'
import { NameSchema, NodeIdSchema } from '../../wire/index.ts'
import { Closed } from './closed.ts'
import { MemberStateSchema } from './node.ts'

export const VoterSchema = Closed({
  id: NodeIdSchema,
  name: NameSchema,
  state: MemberStateSchema,
  leader: Type.Boolean(),
  /** True for a node that votes and leads only as a last resort. */
  edge: Type.Boolean(),
  /** `outgoing` votes until the change under way is done; `learner` does not vote yet. */
  kind: Type.Union([Type.Literal('voter'), Type.Literal('outgoing'), Type.Literal('learner')]),
})

export const VotersSchema = Closed({
  leader: Type.Union([NodeIdSchema, Type.Null()]),
  term: Type.Integer({ minimum: 0 }),
  /** Voters that must agree. */
  majority: Type.Integer({ minimum: 0 }),
  /** True where a majority is alive, as far as this node sees. */
  quorum: Type.Boolean(),
  voters: Type.Array(VoterSchema),
})

export type Voter = Static<typeof VoterSchema>
export type Voters = Static<typeof VotersSchema>
