import type { SimulationKind } from './kind.ts'
import { type SimulationResult, simulate } from './simulate.ts'

/** What is kept of a transcript, in observations: the end is what a person looks at, and a seed shows all of it again. */
const KEPT = 1_000

export interface RunSeedsInit {
  readonly firstSeed: number
  readonly runs: number
  /** Drawn from each seed where it is not given. */
  readonly kind?: SimulationKind
  /** Called after each run; false ends the series. */
  onRun?(result: SimulationResult): boolean
}

export interface SeedsReport {
  readonly runs: number
  readonly steps: number
  /** The runs that broke an invariant; each can be shown again by its seed. */
  readonly broken: readonly SimulationResult[]
}

/** One run for each of `runs` seeds that follow each other. */
export const runSeeds = async ({ firstSeed, runs, kind, onRun }: RunSeedsInit): Promise<SeedsReport> => {
  const broken: SimulationResult[] = []
  let steps = 0
  for (let run = 0; run < runs; run++) {
    const result = await simulate({ seed: firstSeed + run, kept: KEPT, ...(kind && { kind }) })
    steps += result.steps
    if (result.violations.length > 0) broken.push(result)
    if (onRun?.(result) === false) return { runs: run + 1, steps, broken }
  }
  return { runs, steps, broken }
}
