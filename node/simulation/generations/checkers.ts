import type { NodeId } from '../../../protocols/wire/index.ts'
import type { CreateChecker } from '../observation.ts'
import { createBegunByAPerson } from './begun-by-a-person.ts'
import { createCommittedInItsGeneration } from './committed-in-its-generation.ts'
import { createElectedInItsGeneration } from './elected-in-its-generation.ts'
import { createLostIsListed } from './lost-is-listed.ts'
import { createNoWordOfAnOlderOne } from './no-word-of-an-older-one.ts'
import { createTokensRise } from './tokens-rise.ts'

/** What must come about in the end of a run. */
export const ONE_GENERATION_WINS = 'one-generation-wins'

/** Every invariant of recoveries. `recovers`: whether somebody recovers, or recovered, at a node. */
export const generationCheckers = (recovers: (node: NodeId) => boolean): readonly CreateChecker[] => [
  createBegunByAPerson(recovers),
  createNoWordOfAnOlderOne,
  createElectedInItsGeneration,
  createCommittedInItsGeneration,
  createTokensRise,
  createLostIsListed,
]
