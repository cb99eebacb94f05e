import { chance, createRandom, pick } from './random.ts'

/** Share of the runs that have an edge node. */
const EDGE_RATIO = 0.25
/** Drawn from other numbers than the run: one without an edge node is what it was before there were any. */
const OTHER_NUMBERS = 0x65646765

/** The places of edge nodes among the machines of a run, where it has one; the founder is none. */
export const edgesOf = (seed: number, size: number): readonly number[] => {
  const random = createRandom(seed ^ OTHER_NUMBERS)
  return chance(random, EDGE_RATIO) ? [1 + pick(random, [...Array(size - 1).keys()])] : []
}
