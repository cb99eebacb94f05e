/** What is known before a quorum is recovered, what a recovery did, and what only an older generation had. */
import { type Static, Type } from 'typebox'
import { NameSchema, NodeIdSchema } from '../../wire/index.ts'
import { Closed, Nullable } from './closed.ts'
import { MemberStateSchema } from './node.ts'

const CountSchema = Type.Integer({ minimum: 0 })

export const QuorumMemberSchema = Closed({
  id: NodeIdSchema,
  name: NameSchema,
  self: Type.Boolean(),
  voter: Type.Boolean(),
  state: MemberStateSchema,
  /** How long it has been in that state, where it is not alive. */
  silentMs: Nullable(CountSchema),
  /** How far its log goes; null where it did not answer. */
  log: Nullable(
    Closed({
      generation: CountSchema,
      lastTerm: CountSchema,
      lastIndex: CountSchema,
      commitIndex: CountSchema,
    }),
  ),
})

export const QuorumSchema = Closed({
  /** Of the log that this node has; 1 is the first. */
  generation: CountSchema,
  /** Who leads a majority; null where nobody does, and nothing is decided. */
  leader: Nullable(NodeIdSchema),
  /** Whose log goes furthest, of those that answered: there the least is lost. */
  best: NodeIdSchema,
  /** This node first. */
  members: Type.Array(QuorumMemberSchema),
})

export const RecoverRequestSchema = Closed({
  /** Also where another member knows more. */
  force: Type.Boolean(),
})

export const RecoveredSchema = Closed({
  generation: CountSchema,
  /** The last place of the log before it. */
  from: Closed({ index: CountSchema, term: CountSchema }),
})

export const LostDecisionSchema = Closed({
  /** The number of the generation that had it. */
  generation: CountSchema,
  index: CountSchema,
  /** Whether it was known to be accepted there. */
  committed: Type.Boolean(),
  /** As a sentence. */
  what: Type.String(),
  /** Whether it is so in the present generation too; null where that cannot be told. */
  again: Nullable(Type.Boolean()),
})

export const LostSchema = Closed({
  decisions: Type.Array(LostDecisionSchema),
  /** Decisions of which only the sum was left: its snapshot is kept in the store. */
  spans: Type.Array(Closed({ generation: CountSchema, afterIndex: CountSchema, upToIndex: CountSchema })),
})

export type QuorumMember = Static<typeof QuorumMemberSchema>
export type Quorum = Static<typeof QuorumSchema>
export type RecoverRequest = Static<typeof RecoverRequestSchema>
export type Recovered = Static<typeof RecoveredSchema>
export type LostDecision = Static<typeof LostDecisionSchema>
export type Lost = Static<typeof LostSchema>
