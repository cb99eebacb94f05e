/**
 * Generations: what follows when the majority of the voters is lost for good. See docs/design/recovery.md.
 */
export { isChain, isOnlyOlders, lastOf, type Parting, partingOf } from './chain.ts'
export { chainCodec, knowsMore, type Standing, standingCodec } from './messages.ts'
export { isNewer, isSameGeneration, nextNumber, numberOf, rankOf } from './order.ts'
export {
  FIRST_GENERATION,
  GENERATION_NUMBER_MAX,
  GENERATIONS_MAX,
  type Generation,
  type GenerationClaim,
  type GenerationRecord,
  GenerationRecordSchema,
  GenerationSchema,
  generationMessage,
  generationOf,
  plainRecord,
  SURVIVORS_MAX,
} from './record.ts'
export { fencingToken } from './token.ts'
