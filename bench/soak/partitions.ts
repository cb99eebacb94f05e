/** Runs of the simulator until so many partitions were seen: whoever is no majority decides and moves nothing. */
import { simulate } from '../../node/simulation/index.ts'
import type { SoakPart } from './part.ts'

const RUNS = 1_000
/** What the simulator says when it parts the network in two, one of which is no majority. */
const PARTED = /fault: the network splits/
/** Seeds that no other series of runs uses. */
const FIRST_SEED = 1_000_000

/** `--runs` counts partitions; a run has several, or none. */
export const part: SoakPart = async ({ runs, signal, say }) => {
  const wanted = runs ?? RUNS
  const broken: string[] = []
  let partitions = 0
  let seed = FIRST_SEED
  for (; partitions < wanted && broken.length === 0 && !signal.aborted; seed++) {
    const { violations, transcript } = await simulate({ seed })
    const before = partitions
    partitions += transcript.lines().filter((line) => PARTED.test(line)).length
    for (const { checker, what } of violations) broken.push(`seed ${seed} broke ${checker}: ${what}`)
    if (Math.floor(before / 100) < Math.floor(partitions / 100)) say(`${partitions} of ${wanted} partitions`)
  }
  return { runs: partitions, broken, figures: { firstSeed: FIRST_SEED, simulations: seed - FIRST_SEED } }
}
