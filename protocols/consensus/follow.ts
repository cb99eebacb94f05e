import { type Static, Type } from 'typebox'
import type { Generation } from '../generations/index.ts'
import { GenerationSchema } from '../generations/index.ts'
import { defineMessage, type MessageCodec, type NodeId, NodeIdSchema } from '../wire/index.ts'
import { CountSchema, LogEntriesSchema, plainEntries, SnapshotPieceSchema } from './messages.ts'
import type { LogEntry, SnapshotPiece } from './types.ts'

/**
 * `PROTOCOLS.follow`: the follower sends one `FollowRequest`, then only reads; the other side sends one
 * `FollowBatch` after another, an empty one as a beat, until either closes the stream.
 */
export const FollowRequestSchema = Type.Object({
  /** The last committed index that the follower has. */
  afterIndex: CountSchema,
  /** Of whose log. */
  generation: Type.Optional(GenerationSchema),
})
export type FollowRequest = Static<typeof FollowRequestSchema>

export const FollowBatchSchema = Type.Object({
  entries: LogEntriesSchema,
  commitIndex: CountSchema,
  leader: Type.Union([NodeIdSchema, Type.Null()]),
  snapshot: Type.Optional(SnapshotPieceSchema),
  generation: Type.Optional(GenerationSchema),
})

export interface FollowBatch {
  /** Committed, consecutive, the first one after what the follower has, in the bounds of an append; empty in a beat. */
  readonly entries: readonly LogEntry[]
  readonly commitIndex: number
  /** Whom the sender obeys at the moment: the way for proposals. */
  readonly leader: NodeId | null
  /** The next piece of what stands for entries that the sender does not have any more; it comes without entries. */
  readonly snapshot?: SnapshotPiece
  /** Whose log this is. */
  readonly generation?: Generation
}

export const followRequestCodec = defineMessage('follow request', FollowRequestSchema)
const batchCodec: MessageCodec<FollowBatch> = defineMessage('follow batch', FollowBatchSchema)
export const followBatchCodec: MessageCodec<FollowBatch> = {
  ...batchCodec,
  decode: (bytes) => {
    const batch = batchCodec.decode(bytes)
    return { ...batch, entries: plainEntries(batch.entries) }
  },
}
