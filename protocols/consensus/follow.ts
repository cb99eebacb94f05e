import { type Static, Type } from 'typebox'
import { defineMessage, NodeIdSchema } from '../wire/index.ts'
import { CountSchema, LogEntriesSchema } from './messages.ts'

/**
 * `PROTOCOLS.follow`: the follower sends one `FollowRequest`, then only reads; the other side sends one
 * `FollowBatch` after another, an empty one as a beat, until either closes the stream.
 */
export const FollowRequestSchema = Type.Object({
  /** The last committed index that the follower has. */
  afterIndex: CountSchema,
})
export type FollowRequest = Static<typeof FollowRequestSchema>

export const FollowBatchSchema = Type.Object({
  /** Committed, consecutive, the first one after what the follower has, in the bounds of an append; empty in a beat. */
  entries: LogEntriesSchema,
  commitIndex: CountSchema,
  /** Whom the sender obeys at the moment: the way for proposals. */
  leader: Type.Union([NodeIdSchema, Type.Null()]),
})
export type FollowBatch = Static<typeof FollowBatchSchema>

export const followRequestCodec = defineMessage('follow request', FollowRequestSchema)
export const followBatchCodec = defineMessage('follow batch', FollowBatchSchema)
