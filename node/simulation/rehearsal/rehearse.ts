import type { Rehearsal, RehearsalOptions } from '../../../protocols/control/index.ts'
import { serviceKey } from '../../../protocols/spec/index.ts'
import { drive } from '../drive.ts'
import { createMesh, type Mesh } from '../mesh.ts'
import { createRandom } from '../random.ts'
import { type BehaviourOf, QUIET } from '../runtime/index.ts'
import { createTimeline } from '../timeline.ts'
import { createFaultPlayer, type FaultPlayer } from './play-faults.ts'
import { createRecorder, type Recorder } from './recorder.ts'
import { reportOf } from './report.ts'
import { isWorking } from './standing-faults.ts'
import { untilStanding } from './until-standing.ts'

/** How often it is looked what the scheduler says of waiting slots. */
const LOOK_MS = 50
/** How often somebody is looked for who can be asked to deploy, where nobody is there. */
const ASK_MS = 100

/** Plays the options from their seed, and tells what came of it. See docs/design/rehearsal.md. */
export const rehearse = async (options: RehearsalOptions): Promise<Rehearsal> => {
  const timeline = createTimeline()
  const nameOf = new Map<string, string>()
  const recorder = createRecorder({
    nowMs: timeline.nowMs,
    nameOf: (node) => nameOf.get(node) ?? node,
    services: options.services,
    pulls: options.pullMs > 0,
  })
  const mesh = createMesh({
    timeline,
    random: createRandom(options.seed),
    size: options.nodes.length,
    memoryMb: options.nodes.map(({ memoryMb }) => memoryMb),
    behaviourOf: behaviourOf(options),
    observe: recorder.observe,
  })
  for (const { self, name } of mesh.machines) nameOf.set(self, name)
  await untilStanding(mesh)
  const beganMs = timeline.nowMs()
  recorder.begin()
  const player = createFaultPlayer(mesh, options.faults, recorder)
  player.schedule()
  const failed = Promise.withResolvers<never>()
  timeline.after(options.deploy.atMs, () => deploy(options, mesh, player, recorder).catch(failed.reject))
  watchWaits(mesh, player, recorder)
  await Promise.race([drive(timeline, beganMs + options.forMs, () => false), failed.promise])
  return reportOf(options, recorder.facts())
}

const behaviourOf =
  ({ pullMs, startMs }: RehearsalOptions): BehaviourOf =>
  () => ({ ...QUIET, pullMs, startMs })

/** Writes the services where it was asked for, or at the first node that works. */
const deploy = async (
  options: RehearsalOptions,
  mesh: Mesh,
  player: FaultPlayer,
  recorder: Recorder,
): Promise<void> => {
  const working = mesh.machines.filter(({ name }) => isWorking(player.standing(), name))
  const machine = working.find(({ name }) => name === options.deploy.node) ?? working[0]
  const core = machine?.core ?? null
  if (machine === undefined || core === null) {
    mesh.timeline.after(ASK_MS, () => void deploy(options, mesh, player, recorder))
    return
  }
  recorder.tell({ type: 'written', node: machine.name })
  await Promise.all(
    options.services.map((spec) =>
      core.planes.intent.write({
        object: serviceKey(spec.project, spec.name),
        body: { type: 'spec', spec },
        parents: [],
        via: 'cli',
      }),
    ),
  )
}

/** Looks again and again at what waits, as far as somebody leads who would know. */
const watchWaits = (mesh: Mesh, player: FaultPlayer, recorder: Recorder): void => {
  const work = player.leader()?.core?.work
  if (work?.leadership.isSettled()) recorder.waits(work.scheduler.waiting())
  mesh.timeline.after(LOOK_MS, () => watchWaits(mesh, player, recorder))
}
