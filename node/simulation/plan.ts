import { COMPACTION, type CompactionBounds } from '../consensus/index.ts'
import type { Random } from '../ports/clock.ts'
import type { MeshKind } from './kind.ts'
import { between, pick, type Range } from './random.ts'

/** What a run is before anything happens in it. */
export interface Plan {
  /** How many machines there are. */
  readonly size: number
  readonly compaction: CompactionBounds
  /** Until this time nothing goes wrong, so that most runs grow to three voters first. In milliseconds of virtual time, as all here. */
  readonly calmMs: number
  /** Faults end here. */
  readonly healMs: number
  /** The run does not end before. */
  readonly endMs: number
  /** A node that ended comes back after this time. */
  readonly downMs: Range
}

interface Shape {
  readonly sizes: readonly number[]
  readonly calmMs: Range
  /** Some meshes are healed soon, and judged; others go on failing, so that what takes long can come about. */
  readonly healMs: Range
  readonly endMs: number
  readonly downMs: Range
}

const SIZES = [3, 4, 5, 5, 5, 5, 6, 7]

const WHOLE: Shape = {
  sizes: SIZES,
  calmMs: [1_000, 8_000],
  healMs: [10_000, 40_000],
  endMs: 60_000,
  downMs: [50, 4_000],
}

const SHAPES: Readonly<Record<MeshKind, Shape>> = {
  whole: WHOLE,
  upgrade: WHOLE,
  log: { sizes: SIZES, calmMs: [1_000, 8_000], healMs: [18_000, 25_000], endMs: 0, downMs: [50, 4_000] },
  elections: {
    sizes: [3, 3, 5],
    calmMs: [2_500, 4_000],
    healMs: [20_000, 25_000],
    endMs: 0,
    downMs: [20, 800],
  },
  leases: {
    sizes: [3, 3, 4, 5],
    calmMs: [5_000, 8_000],
    healMs: [25_000, 50_000],
    endMs: 0,
    downMs: [50, 4_000],
  },
}

/** When logs are cut off: a run's log is short, so mostly sooner than the daemon would; in some runs all the time, in some hardly. */
const COMPACTIONS: readonly CompactionBounds[] = [
  { entries: 60, bytes: 1_000_000, keepEntries: 15 },
  { entries: 60, bytes: 1_000_000, keepEntries: 15 },
  { entries: 20, bytes: 1_000_000, keepEntries: 0 },
  { entries: 8, bytes: 1_000_000, keepEntries: 3 },
  COMPACTION,
]

export const drawPlan = (random: Random, kind: MeshKind): Plan => {
  const { sizes, calmMs, healMs, endMs, downMs } = SHAPES[kind]
  return {
    size: pick(random, sizes),
    compaction: pick(random, COMPACTIONS),
    calmMs: between(random, calmMs),
    healMs: between(random, healMs),
    endMs,
    downMs,
  }
}
