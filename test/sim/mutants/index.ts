/** Known bugs, and the hunt for them; see docs/design/mutants.md. */
import type { Mutant } from './mutant.ts'
import { CONSENSUS_MUTANTS } from './planes/consensus.ts'

export { type Catch, type HuntInit, hunt } from './hunt.ts'
export { type Change, changed, type Mutant, ROOT } from './mutant.ts'

export const MUTANTS: readonly Mutant[] = [...CONSENSUS_MUTANTS]
