import type { CreateChecker } from '../observation.ts'
import { createCommittedNeverChanges } from './committed-never-changes.ts'
import { createLeadersKnowCommitted } from './leaders-know-committed.ts'
import { createMinorityCommitsNothing } from './minority-commits-nothing.ts'
import { createOneLeaderPerTerm } from './one-leader-per-term.ts'
import { createOneVotePerTerm } from './one-vote-per-term.ts'
import { createOnlyDisksFail } from './only-disks-fail.ts'
import { createReadsSeeCommitted } from './reads-see-committed.ts'
import { createTermsNeverFall } from './terms-never-fall.ts'
import { createVoterSetsIntersect } from './voter-sets-intersect.ts'

/** Every invariant that holds at each moment of a run; a run makes its own of each. */
export const CHECKERS: readonly CreateChecker[] = [
  createOneLeaderPerTerm,
  createOneVotePerTerm,
  createTermsNeverFall,
  createCommittedNeverChanges,
  createLeadersKnowCommitted,
  createMinorityCommitsNothing,
  createVoterSetsIntersect,
  createReadsSeeCommitted,
  createOnlyDisksFail,
]
