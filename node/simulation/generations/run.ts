/**
 * Runs in which a majority of the voters is given up and somebody recovers elsewhere, over and over: a run of the log with
 * `node/generations`, on the same disks and links. Within each generation the invariants of the log hold, and between two of
 * them those here; in the end all are in one.
 */
import type { Revision } from '../../../crdt/index.ts'
import { isTrimmed } from '../../../protocols/decisions/index.ts'
import { COMPACTION, type CompactionBounds } from '../../consensus/index.ts'
import type { Random } from '../../ports/clock.ts'
import { createJury } from '../checkers/jury.ts'
import { drive } from '../drive.ts'
import { killAfterSync, killBeforeSync, slowDisk } from '../faults/disks.ts'
import type { Fault } from '../faults/fault.ts'
import { split, worsen } from '../faults/links.ts'
import { killDaemon, losePower, pause } from '../faults/processes.ts'
import { judgeHealing } from '../healing.ts'
import { createMesh, type Mesh } from '../mesh.ts'
import { CLEAN_LINKS } from '../network/index.ts'
import type { Observation } from '../observation.ts'
import { between, chance, createRandom, pick, type Range } from '../random.ts'
import { appliedOn } from '../recovery/index.ts'
import type { SimulationInit, SimulationResult, Violation } from '../simulate.ts'
import { createTimeGuard } from '../time-goes-on.ts'
import { createTimeline } from '../timeline.ts'
import { createTranscript } from '../transcript.ts'
import { startWorkload, type Workload } from '../workload/index.ts'
import { generationCheckers, ONE_GENERATION_WINS } from './checkers.ts'
import { createDisasters } from './disaster.ts'
import { whatKeepsApart } from './one-generation-wins.ts'

const SIZES = [3, 3, 4, 5, 5]
/** Share of the runs in which all parts of a node work; drawn from other numbers than the run, so that the others are as they were. */
const WHOLE_RATIO = 0.3
const OTHER_NUMBERS = 0x67656e73
const COMPACTIONS: readonly CompactionBounds[] = [
  COMPACTION,
  { entries: 60, bytes: 1_000_000, keepEntries: 15 },
  { entries: 20, bytes: 1_000_000, keepEntries: 0 },
]
const JOIN_MS: Range = [300, 1_500]
/** By then there are three voters, mostly. */
const CALM_MS: Range = [3_000, 6_000]
const DOWN_MS: Range = [50, 2_000]
/** From one disaster to the next; they may overlap. */
const DISASTER_MS: Range = [6_000, 14_000]
const FAULT_MS: Range = [300, 4_000]
const HEAL_MS = 35_000
/** Within so long after healing all are in one generation and know the same. */
const ONE_WITHIN_MS = 30_000
const LOOK_MS = 500

/** What goes wrong beside, in half of the runs. */
const FAULTS: readonly Fault[] = [
  killDaemon,
  losePower,
  pause,
  slowDisk,
  killBeforeSync,
  killAfterSync,
  split,
  worsen,
]

/** How many machines there are: what is drawn first. */
export const drawSize = (random: Random): number => pick(random, SIZES)

/** One run from its seed, always the same. */
export const simulateRecoveries = async ({
  seed,
  kept,
}: Pick<SimulationInit, 'seed' | 'kept'>): Promise<SimulationResult> => {
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

  const observe = (observation: Observation): void => {
    transcript.add(observation)
    if (observation.type === 'ended') {
      const { node } = observation
      timeline.after(between(random, DOWN_MS), () => {
        if (!disasters.isDead(node)) mesh.machines.find(({ self }) => self === node)?.start()
      })
    }
    if (observation.type === 'written') written = [...written, observation.revision]
    if (observation.type === 'applied') forgetTrimmed(observation)
    // In a run of the log, consensus alone is started.
    if (observation.type === 'ready' && kind === 'log') {
      const { node } = observation
      void mesh.world.coreOf(node)?.planes.generations.start()
    }
    jury.judge(observation, violate)
  }

  /** What a generation trimmed is gone from the disks of all who followed it, also where the next one never heard of that. */
  const forgetTrimmed = ({ node, applied }: Observation & { readonly type: 'applied' }): void => {
    if (applied.decision.type !== 'revisionsTrimmed' || !applied.outcome.ok) return
    const view = mesh.world.coreOf(node)?.planes.decisions.view
    if (view !== undefined) written = written.filter((revision) => !isTrimmed(view, revision))
  }

  const kind = chance(createRandom(seed ^ OTHER_NUMBERS), WHOLE_RATIO) ? 'whole' : 'log'
  let written: readonly Revision[] = []
  const size = drawSize(random)
  const compaction = pick(random, COMPACTIONS)
  const mesh = createMesh({ kind, timeline, random, size, compaction, observe })
  const disasters = createDisasters(mesh)
  const jury = createJury(mesh.world, generationCheckers(disasters.recovers, kind))

  const [founder, ...others] = mesh.machines
  founder?.start()
  for (const machine of others) timeline.after(between(random, JOIN_MS), () => mesh.join(machine))
  const workload = startWorkload(mesh, kind)
  await drive(timeline, between(random, CALM_MS), isBroken)

  let isOver = false
  const repeat = (everyMs: Range, strike: () => string): void => {
    if (isOver) return
    observe({ type: 'fault', what: strike() })
    timeline.after(between(random, everyMs), () => repeat(everyMs, strike))
  }
  repeat(DISASTER_MS, disasters.strike)
  if (chance(random, 0.5)) repeat(FAULT_MS, () => pick(random, FAULTS)(mesh, () => isOver))
  await drive(timeline, HEAL_MS, isBroken)
  isOver = true
  workload.end()

  mesh.network.links.settle(() => false)
  mesh.network.links.setQuality(CLEAN_LINKS)
  for (const machine of mesh.machines) {
    machine.disk.mend()
    machine.wake()
    machine.resume()
    machine.start()
    if (machine.mesh === null) mesh.join(machine)
  }
  observe({ type: 'healed', behind: [] })
  const untilMs = timeline.nowMs() + ONE_WITHIN_MS
  for (;;) {
    const missing = isBroken() ? null : whatKeepsApart(mesh)
    if (missing === null) break
    if (timeline.nowMs() >= untilMs)
      violate(ONE_GENERATION_WINS, `${ONE_WITHIN_MS} ms after healing ${missing}`)
    workload.insist()
    await drive(timeline, timeline.nowMs() + LOOK_MS, isBroken)
  }
  if (kind === 'whole' && !isBroken()) {
    const missing = await judgeWhole(mesh, written, workload, isBroken)
    if (missing !== null) violate(missing.checker, missing.what)
  }
  return {
    seed,
    kind: 'recovery',
    violations,
    transcript,
    steps: timeline.steps(),
    nodes: size,
    virtualMs: timeline.nowMs(),
  }
}

/** What must come about in a mesh that is one again, as after any healing. */
const judgeWhole = async (
  mesh: Mesh,
  written: readonly Revision[],
  workload: Workload,
  isOver: () => boolean,
): Promise<Awaited<ReturnType<typeof judgeHealing>>> => {
  let isJudged = false
  const insist = (): void => {
    if (isJudged) return
    workload.insist()
    mesh.timeline.after(LOOK_MS, insist)
  }
  insist()
  const core = mesh.machines
  const appliedIndex = Math.max(...core.map(appliedOn))
  const missing = await judgeHealing({ mesh, core, gone: [], written, appliedIndex }, 'whole', isOver)
  isJudged = true
  return missing
}
