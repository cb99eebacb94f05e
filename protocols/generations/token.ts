/** One increasing integer for a place in the log of a generation, which whatever is fenced compares. */
import { FIRST_GENERATION } from './record.ts'

/** Indexes of one generation: a thousand entries a second for thirty years; with all generations below 2^53. */
const INDEXES_MAX = 2 ** 40

/** Rises with the index, and over every recovery; in the first generation it is the index. */
export const fencingToken = (generationNumber: number, index: number): number =>
  (generationNumber - FIRST_GENERATION) * INDEXES_MAX + index
