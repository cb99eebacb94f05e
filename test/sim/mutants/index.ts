/** Known bugs, and the hunt for them; see docs/design/mutants.md. */
import type { Mutant } from './mutant.ts'
import { CONSENSUS_MUTANTS } from './planes/consensus.ts'
import { DECISIONS_MUTANTS } from './planes/decisions.ts'
import { EXECUTION_MUTANTS } from './planes/execution.ts'
import { GENERATION_MUTANTS } from './planes/generations.ts'
import { INTENT_MUTANTS } from './planes/intent.ts'
import { LEADERSHIP_MUTANTS } from './planes/leadership.ts'
import { LEASES_MUTANTS } from './planes/leases.ts'
import { MEMBERSHIP_MUTANTS } from './planes/membership.ts'
import { RECORDS_MUTANTS } from './planes/records.ts'
import { SCHEDULING_MUTANTS } from './planes/scheduling.ts'
import { SNAPSHOT_MUTANTS } from './planes/snapshots.ts'
import { STORE_MUTANTS } from './planes/stores.ts'

export { type Catch, type HuntInit, hunt } from './hunt.ts'
export { type Change, changed, type Mutant, ROOT } from './mutant.ts'

export const MUTANTS: readonly Mutant[] = [
  ...CONSENSUS_MUTANTS,
  ...LEADERSHIP_MUTANTS,
  ...SNAPSHOT_MUTANTS,
  ...STORE_MUTANTS,
  ...GENERATION_MUTANTS,
  ...MEMBERSHIP_MUTANTS,
  ...DECISIONS_MUTANTS,
  ...INTENT_MUTANTS,
  ...RECORDS_MUTANTS,
  ...SCHEDULING_MUTANTS,
  ...EXECUTION_MUTANTS,
  ...LEASES_MUTANTS,
]
