/**
 * Raft as a pure function; see docs/design/consensus.md.
 *
 * Guarantees: at most one leader per term, and what was `committed` once is at that index for ever, as long as
 * the interpreter keeps its order and the disk keeps what it synced. Not guaranteed: anything against members
 * that lie, or progress without a majority.
 */
export { placeAt, withSnapshotData } from './compaction.ts'
export { ConfigurationSchema, configurationCodec, isVoterSet, StoreIdSchema } from './configuration.ts'
export * from './decide.ts'
export * from './follow.ts'
export * from './limits.ts'
export {
  consensusMessageCodec,
  LogEntriesSchema,
  LogEntrySchema,
  SnapshotPieceSchema,
} from './messages.ts'
export { isQuorumActive } from './quorum.ts'
export { completed, pieceAt, type Receipt, takePiece } from './receipt.ts'
export {
  type ConsensusInit,
  type ConsensusState,
  createConsensus,
  DEFAULT_TIMINGS,
  founding,
  hardStateOf,
  isObserver,
} from './state.ts'
export { step } from './step.ts'
export type { ConsensusStep } from './turn.ts'
export * from './types.ts'
export {
  type ConsensusView,
  committedEntries,
  isSnapshotUnderWay,
  type PeerView,
  snapshotBefore,
  viewConsensus,
} from './view.ts'
