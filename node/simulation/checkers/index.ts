import type { CreateChecker } from '../observation.ts'
import { createASlotRunsOnceOnAMachine } from './a-slot-runs-once-on-a-machine.ts'
import { createAcceptedClocksAreClamped } from './accepted-clocks-are-clamped.ts'
import { createAcceptedIsOnAMajority } from './accepted-is-on-a-majority.ts'
import { createAnEdgeLeaderPlansNothing } from './an-edge-leader-plans-nothing.ts'
import { createBlankStoresGrantNoVote } from './blank-stores-grant-no-vote.ts'
import { createClosedDocumentsNeverReturn } from './closed-documents-never-return.ts'
import { createCommittedNeverChanges } from './committed-never-changes.ts'
import { createDecidedIsInTheLog } from './decided-is-in-the-log.ts'
import { createEdgesChangeNothing } from './edges-change-nothing.ts'
import { createEqualDigestsEqualDocuments } from './equal-digests-equal-documents.ts'
import { createEqualRecordsEqualDocuments } from './equal-records-equal-documents.ts'
import { createExclusiveNeverOverlaps } from './exclusive-never-overlaps.ts'
import { createFailingSlotsPause } from './failing-slots-pause.ts'
import { createForgottenNeverReturns } from './forgotten-never-returns.ts'
import { createHeadsByClock } from './heads-by-clock.ts'
import { createIncarnationsNeverFall } from './incarnations-never-fall.ts'
import { createLeadersKnowBeforeTheyPlan } from './leaders-know-before-they-plan.ts'
import { createLeadersKnowCommitted } from './leaders-know-committed.ts'
import { createMinorityCommitsNothing } from './minority-commits-nothing.ts'
import { createOneLeaderPerTerm } from './one-leader-per-term.ts'
import { createOneTaskPerSlot } from './one-task-per-slot.ts'
import { createOneValuePerVersion } from './one-value-per-version.ts'
import { createOneVotePerTerm } from './one-vote-per-term.ts'
import { createOnlyDisksFail } from './only-disks-fail.ts'
import { createOnlyTheDeadAreOrphaned } from './only-the-dead-are-orphaned.ts'
import { createReadsSeeCommitted } from './reads-see-committed.ts'
import { createRegistersNeverFall } from './registers-never-fall.ts'
import { createRemovedNeverReturn } from './removed-never-return.ts'
import { createSameLogSameView } from './same-log-same-view.ts'
import { createSignedByTheirWriter } from './signed-by-their-writer.ts'
import { createStartsWhatIsAssigned } from './starts-what-is-assigned.ts'
import { createStopsWhatItLost } from './stops-what-it-lost.ts'
import { createSuccessorsHoldTheLog } from './successors-hold-the-log.ts'
import { createTermsBeginByAgreement } from './terms-begin-by-agreement.ts'
import { createTermsNeverFall } from './terms-never-fall.ts'
import { createTokensNeverFall } from './tokens-never-fall.ts'
import { createTooOldFollowsNoFurther } from './too-old-follows-no-further.ts'
import { createTrimmedNeverReturns } from './trimmed-never-returns.ts'
import { createUpdatesChangeFewSlots } from './updates-change-few-slots.ts'
import { createUpdatesGoForward } from './updates-go-forward.ts'
import { createUpdatesKeepWhatIsReady } from './updates-keep-what-is-ready.ts'
import { createVersionRisesWhenAllCan } from './version-rises-when-all-can.ts'
import { createVoterSetsIntersect } from './voter-sets-intersect.ts'
import { createVotersCatchUpFirst } from './voters-catch-up-first.ts'
import { createVotersNeverShrink } from './voters-never-shrink.ts'
import { createWrittenIsNeverLost } from './written-is-never-lost.ts'

/** Every invariant that holds at each moment of a run; a run makes its own of each. */
export const CHECKERS: readonly CreateChecker[] = [
  createAcceptedClocksAreClamped,
  createAcceptedIsOnAMajority,
  createAnEdgeLeaderPlansNothing,
  createBlankStoresGrantNoVote,
  createClosedDocumentsNeverReturn,
  createCommittedNeverChanges,
  createDecidedIsInTheLog,
  createEdgesChangeNothing,
  createEqualDigestsEqualDocuments,
  createEqualRecordsEqualDocuments,
  createExclusiveNeverOverlaps,
  createASlotRunsOnceOnAMachine,
  createFailingSlotsPause,
  createForgottenNeverReturns,
  createHeadsByClock,
  createIncarnationsNeverFall,
  createLeadersKnowBeforeTheyPlan,
  createLeadersKnowCommitted,
  createMinorityCommitsNothing,
  createOneLeaderPerTerm,
  createOneTaskPerSlot,
  createOneValuePerVersion,
  createOneVotePerTerm,
  createOnlyDisksFail,
  createOnlyTheDeadAreOrphaned,
  createReadsSeeCommitted,
  createRegistersNeverFall,
  createRemovedNeverReturn,
  createSameLogSameView,
  createSignedByTheirWriter,
  createStartsWhatIsAssigned,
  createStopsWhatItLost,
  createSuccessorsHoldTheLog,
  createTermsBeginByAgreement,
  createTermsNeverFall,
  createTokensNeverFall,
  createTooOldFollowsNoFurther,
  createTrimmedNeverReturns,
  createUpdatesChangeFewSlots,
  createUpdatesGoForward,
  createUpdatesKeepWhatIsReady,
  createVersionRisesWhenAllCan,
  createVoterSetsIntersect,
  createVotersCatchUpFirst,
  createVotersNeverShrink,
  createWrittenIsNeverLost,
]
