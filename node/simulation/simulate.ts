import type { Revision } from '../../crdt/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { createJury } from './checkers/jury.ts'
import { drive } from './drive.ts'
import { edgesOf } from './edges.ts'
import { type FaultName, startFaults } from './faults/index.ts'
import { simulateRecoveries } from './generations/index.ts'
import { heal, judgeHealing } from './healing.ts'
import { kindOf, type SimulationKind } from './kind.ts'
import { createMesh } from './mesh.ts'
import type { Observation } from './observation.ts'
import { drawPlan } from './plan.ts'
import { between, createRandom, type Range } from './random.ts'
import { QUIET } from './runtime/index.ts'
import { createTimeGuard } from './time-goes-on.ts'
import { createTimeline } from './timeline.ts'
import { createTranscript, type Transcript } from './transcript.ts'
import { startWorkload } from './workload/index.ts'

/** Nodes ask to join within this time, in milliseconds; the founder begins at once. */
const JOIN_MS: Range = [300, 2_000]
const INSIST_EVERY_MS = 1_000

export interface SimulationInit {
  /** Everything that happens follows from it: a whole number. */
  readonly seed: number
  /** Drawn from the seed where it is not given. */
  readonly kind?: SimulationKind
  /** Nothing else goes wrong; drawn from the seed where it is not given. */
  readonly faults?: readonly FaultName[]
  /** How many of the last observations the transcript keeps; all of them where it is not given. */
  readonly kept?: number
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
  /** What was seen, in order. */
  readonly transcript: Transcript
  /** Appointments that were kept: deliveries, timers, writes, faults. */
  readonly steps: number
  /** How many machines there were. */
  readonly nodes: number
  /** How much virtual time passed, in milliseconds. */
  readonly virtualMs: number
}

/** One run from its seed: founding, growth, faults, healing. The same seed gives the same result, always. */
export const simulate = async (init: SimulationInit): Promise<SimulationResult> => {
  const { seed, kind = kindOf(seed), faults, kept } = init
  if (kind === 'recovery') return simulateRecoveries(init)
  const timeline = createTimeline()
  const random = createRandom(seed)
  const transcript = createTranscript(timeline.nowMs, kept)
  const violations: Violation[] = []
  const violate = (checker: string, what: string): void => {
    if (violations.length === 0) violations.push({ checker, what, atMs: timeline.nowMs() })
  }
  const guardTime = createTimeGuard(timeline, violate)
  const isBroken = (): boolean => {
    guardTime()
    return violations.length > 0
  }
  let written: readonly Revision[] = []
  const observe = (observation: Observation): void => {
    transcript.add(observation)
    if (observation.type === 'ended') restart(observation.node)
    if (observation.type === 'written') written = [...written, observation.revision]
    if (observation.type === 'diskLost') written = written.filter(({ author }) => author !== observation.node)
    jury.judge(observation, violate)
  }

  /** Whatever ends a daemon, or its machine, both are back by and by, unless another machine stands there. */
  const restart = (node: NodeId): void => {
    timeline.after(between(random, plan.downMs), () =>
      mesh.machines.find(({ self }) => self === node)?.start(),
    )
  }

  const plan = drawPlan(random, kind)
  const { size, compaction } = plan
  const edges = edgesOf(seed, size)
  const mesh = createMesh({
    kind,
    timeline,
    random,
    size,
    edges,
    compaction,
    observe,
    // What fails by itself has no lease that could matter.
    ...(kind === 'leases' && { behaviourOf: () => QUIET }),
  })
  const jury = createJury(mesh.world)
  const [founder, ...others] = mesh.machines
  founder?.start()
  for (const machine of others) timeline.after(between(random, JOIN_MS), () => mesh.join(machine))
  const workload = startWorkload(mesh, kind)

  await drive(timeline, plan.calmMs, isBroken)
  const endFaults = startFaults(mesh, kind, faults)
  await drive(timeline, plan.healMs, isBroken)
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
    await drive(timeline, Math.max(plan.endMs, timeline.nowMs()), isBroken)
  }
  return {
    seed,
    kind,
    violations,
    transcript,
    steps: timeline.steps(),
    nodes: size,
    virtualMs: timeline.nowMs(),
  }
}
