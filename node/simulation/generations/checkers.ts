import type { NodeId } from '../../../protocols/wire/index.ts'
import { createASlotRunsOnceOnAMachine } from '../checkers/a-slot-runs-once-on-a-machine.ts'
import { createOneTaskPerSlot } from '../checkers/one-task-per-slot.ts'
import { createOneValuePerVersion } from '../checkers/one-value-per-version.ts'
import { createOnlyDisksFail } from '../checkers/only-disks-fail.ts'
import { createSignedByTheirWriter } from '../checkers/signed-by-their-writer.ts'
import { createStopsWhatItLost } from '../checkers/stops-what-it-lost.ts'
import { createTokensNeverFall } from '../checkers/tokens-never-fall.ts'
import type { MeshKind } from '../kind.ts'
import type { CreateChecker } from '../observation.ts'
import { createBegunByAPerson } from './begun-by-a-person.ts'
import { createCommittedInItsGeneration } from './committed-in-its-generation.ts'
import { createElectedInItsGeneration } from './elected-in-its-generation.ts'
import { createLostIsListed } from './lost-is-listed.ts'
import { createNoWordOfAnOlderOne } from './no-word-of-an-older-one.ts'
import { createTokensRise } from './tokens-rise.ts'

/** What must come about in the end of a run. */
export const ONE_GENERATION_WINS = 'one-generation-wins'

/** Those of all others that name no place of one log, and nothing that a log forgets: they hold over every recovery, where whole nodes run. */
const OVER_RECOVERIES: readonly CreateChecker[] = [
  createASlotRunsOnceOnAMachine,
  createOneTaskPerSlot,
  createOneValuePerVersion,
  createOnlyDisksFail,
  createSignedByTheirWriter,
  createStopsWhatItLost,
  createTokensNeverFall,
]

/** Every invariant of recoveries. `recovers`: whether somebody recovers, or recovered, at a node. */
export const generationCheckers = (
  recovers: (node: NodeId) => boolean,
  kind: MeshKind,
): readonly CreateChecker[] => [
  ...(kind === 'whole' ? OVER_RECOVERIES : []),
  createBegunByAPerson(recovers),
  createNoWordOfAnOlderOne,
  createElectedInItsGeneration,
  createCommittedInItsGeneration,
  createTokensRise,
  createLostIsListed,
]
