import type { Revision } from '../../crdt/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { COMPACTION, type CompactionBounds } from '../consensus/index.ts'
import { CHECKERS } from './checkers/index.ts'
import { drive } from './drive.ts'
import { startFaults } from './faults/index.ts'
import { heal, judgeHealing } from './healing.ts'
import { kindOf, type SimulationKind } from './kind.ts'
import { createMesh } from './mesh.ts'
import type { Observation } from './observation.ts'
import { between, createRandom, pick, type Range } from './random.ts'
import { createTimeline } from './timeline.ts'
import { createTranscript, type Transcript } from './transcript.ts'
import { startWorkload } from './workload/index.ts'

const NODES: Readonly<Record<SimulationKind, readonly number[]>> = {
  whole: [3, 4, 5, 5, 5, 5, 6, 7],
  log: [3, 4, 5, 5, 5, 5, 6, 7],
  elections: [3, 3, 5],
}
/** When logs are cut off: a run's log is short, so mostly sooner than the daemon would; in some runs all the time, in some hardly. */
const COMPACTIONS: readonly CompactionBounds[] = [
  { entries: 60, bytes: 1_000_000, keepEntries: 15 },
  { entries: 60, bytes: 1_000_000, keepEntries: 15 },
  { entries: 20, bytes: 1_000_000, keepEntries: 0 },
  { entries: 8, bytes: 1_000_000, keepEntries: 3 },
  COMPACTION,
]
/** Nodes ask to join within this time; the founder begins at once. */
const JOIN_MS: Range = [300, 2_000]
/** Until this time nothing goes wrong, so that most runs grow to three voters first. */
const CALM_MS: Readonly<Record<SimulationKind, Range>> = {
  whole: [1_000, 8_000],
  log: [1_000, 8_000],
  elections: [2_500, 4_000],
}
/** Faults end here, in milliseconds of virtual time. */
const HEAL_MS: Readonly<Record<SimulationKind, number>> = {
  whole: 40_000,
  log: 25_000,
  elections: 25_000,
}
/** No run of whole nodes ends before. */
const END_MS = 60_000
/** A node that ended comes back after this time. */
const DOWN_MS: Readonly<Record<SimulationKind, Range>> = {
  whole: [50, 4_000],
  log: [50, 4_000],
  elections: [20, 800],
}
const INSIST_EVERY_MS = 1_000

export interface SimulationInit {
  /** Everything that happens follows from it: a whole number. */
  readonly seed: number
  /** Drawn from the seed where it is not given. */
  readonly kind?: SimulationKind
}

export interface Violation {
  readonly checker: string
  /** How the invariant was broken, as a sentence. */
  readonly what: string
  /** Virtual time, in milliseconds. */
  readonly atMs: number
}

export interface SimulationResult {
  readonly seed: number
  readonly kind: SimulationKind
  /** At most one: what comes after a broken invariant proves nothing. */
  readonly violations: readonly Violation[]
  /** Everything that was seen, in order. */
  readonly transcript: Transcript
  /** Appointments that were kept: deliveries, timers, writes, faults. */
  readonly steps: number
}

/** One run from its seed: founding, growth, faults, healing. The same seed gives the same result, always. */
export const simulate = async ({ seed, kind = kindOf(seed) }: SimulationInit): Promise<SimulationResult> => {
  const timeline = createTimeline()
  const random = createRandom(seed)
  const transcript = createTranscript(timeline.nowMs)
  const violations: Violation[] = []
  const violate = (checker: string, what: string): void => {
    if (violations.length === 0) violations.push({ checker, what, atMs: timeline.nowMs() })
  }
  const isBroken = (): boolean => violations.length > 0
  let written: readonly Revision[] = []
  const observe = (observation: Observation): void => {
    transcript.add(observation)
    if (observation.type === 'ended') restart(observation.node)
    if (observation.type === 'written') written = [...written, observation.revision]
    if (observation.type === 'diskLost') written = written.filter(({ author }) => author !== observation.node)
    for (const checker of checkers) {
      const what = checker.judge(observation)
      if (what !== null) violate(checker.name, what)
    }
  }

  /** Whatever ends a daemon, or its machine, both are back by and by, unless another machine stands there. */
  const restart = (node: NodeId): void => {
    timeline.after(between(random, DOWN_MS[kind]), () =>
      mesh.machines.find(({ self }) => self === node)?.start(),
    )
  }

  const compaction = pick(random, COMPACTIONS)
  const mesh = createMesh({ kind, timeline, random, size: pick(random, NODES[kind]), compaction, observe })
  const checkers = CHECKERS.map((create) => create(mesh.world))
  const [founder, ...others] = mesh.machines
  founder?.start()
  for (const machine of others) timeline.after(between(random, JOIN_MS), () => mesh.join(machine))
  const workload = startWorkload(mesh, kind)

  await drive(timeline, between(random, CALM_MS[kind]), isBroken)
  const endFaults = startFaults(mesh, kind)
  await drive(timeline, HEAL_MS[kind], isBroken)
  endFaults()
  workload.end()
  if (!isBroken()) {
    const healed = heal(mesh, written)
    let isJudged = false
    const insist = (): void => {
      if (isJudged) return
      workload.insist()
      timeline.after(INSIST_EVERY_MS, insist)
    }
    insist()
    const broken = await judgeHealing(healed, kind, isBroken)
    isJudged = true
    if (broken !== null) violate(broken.checker, broken.what)
    if (kind === 'whole') await drive(timeline, END_MS, isBroken)
  }
  return { seed, kind, violations, transcript, steps: timeline.steps() }
}
