import type { Rehearsal, RehearsalOptions } from '../../../protocols/control/index.ts'
import { drive } from '../drive.ts'
import { tokenOn } from '../log-entries.ts'
import { createMesh, type Mesh } from '../mesh.ts'
import type { Observation } from '../observation.ts'
import { createRandom } from '../random.ts'
import { type BehaviourOf, QUIET } from '../runtime/index.ts'
import { createTimeline } from '../timeline.ts'
import { deployWhenAsked } from './deploy.ts'
import { createFaultPlayer, type FaultPlayer } from './play-faults.ts'
import { createRecorder, type Recorder } from './recorder.ts'
import { reportOf } from './report.ts'
import { untilStanding } from './until-standing.ts'

/** How often it is looked what the scheduler says of waiting slots. */
const LOOK_MS = 50

/**
 * Plays the options from their seed, and tells what came of it. See docs/design/rehearsal.md.
 * @throws what ends a daemon that nothing was done to: a bug of it
 */
export const rehearse = async (options: RehearsalOptions): Promise<Rehearsal> => {
  const timeline = createTimeline()
  const nameOf = new Map<string, string>()
  let failure: Error | null = null
  const fail = (error: Error): void => {
    failure ??= error
  }
  const recorder = createRecorder({
    nowMs: timeline.nowMs,
    nameOf: (node) => nameOf.get(node) ?? node,
    tokenAt: (node, index) => tokenOn(mesh.world, node, index),
    services: options.services,
    pulls: options.pullMs > 0,
  })
  const observe = (observation: Observation): void => {
    if (observation.type === 'threw' || observation.type === 'failed') fail(observation.error)
    recorder.observe(observation)
  }
  const mesh = createMesh({
    timeline,
    random: createRandom(options.seed),
    size: options.nodes.length,
    memoryMb: options.nodes.map(({ memoryMb }) => memoryMb),
    behaviourOf: behaviourOf(options),
    observe,
  })
  for (const { self, name } of mesh.machines) nameOf.set(self, name)
  await untilStanding(mesh)

  const endMs = timeline.nowMs() + options.forMs
  recorder.begin()
  const player = createFaultPlayer(mesh, options.faults, recorder)
  player.schedule()
  deployWhenAsked(mesh, options, { recorder, player, fail })
  watchWaits(mesh, player, recorder)
  await drive(timeline, endMs, () => failure !== null)
  if (failure !== null) throw failure
  return reportOf(options, recorder.facts())
}

/** Every image takes the same time, and every program runs until it is stopped. */
const behaviourOf =
  ({ pullMs, startMs }: RehearsalOptions): BehaviourOf =>
  () => ({ ...QUIET, pullMs, startMs })

/** Looks again and again at what waits, as far as somebody leads who would know. */
const watchWaits = (mesh: Mesh, player: FaultPlayer, recorder: Recorder): void => {
  const work = player.leader()?.core?.work
  if (work?.leadership.isSettled()) recorder.waits(work.scheduler.waiting())
  mesh.timeline.after(LOOK_MS, () => watchWaits(mesh, player, recorder))
}
