import { drawSize } from './generations/index.ts'
import { kindOf, type SimulationKind } from './kind.ts'
import { drawPlan } from './plan.ts'
import { createRandom } from './random.ts'

/** How many machines the run of that seed has, without playing it. */
export const sizeOf = (seed: number, kind: SimulationKind = kindOf(seed)): number => {
  const random = createRandom(seed)
  return kind === 'recovery' ? drawSize(random) : drawPlan(random, kind).size
}
