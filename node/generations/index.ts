/**
 * In which generation of the log this node is, and what follows when a majority of the voters is lost for good. See
 * docs/design/recovery.md.
 *
 * Guarantees: only a record that a member signed and a member hands over ends a generation here; what only the older
 * log had is on disk before the newer one takes its place. Not guaranteed: anything against a hostile member.
 */
export { createGenerations } from './generations.ts'
export type {
  GenerationComponents,
  Generations,
  Lost,
  LostDecision,
  LostSpan,
  Survey,
  Surveyed,
} from './types.ts'
