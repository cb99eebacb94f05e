import { drive } from '../drive.ts'
import type { Machine } from '../machine.ts'
import type { Mesh } from '../mesh.ts'

/** How often it is looked whether it stands. */
const LOOK_MS = 100
/** It stands within seconds; a mesh that does not is a bug. */
const STANDING_MS_MAX = 60_000
/** From when it stands to the play: agents prove how far the log goes, and everything that a start sets going comes to rest. */
const REST_MS = 3_000

/** Founds the mesh on the first machine and lets all others join; resolves when it stands. */
export const untilStanding = async (mesh: Mesh): Promise<void> => {
  const { timeline, machines } = mesh
  for (const [at, machine] of machines.entries()) {
    if (at === 0) machine.start()
    else mesh.join(machine)
  }
  while (!isStanding(machines)) {
    if (timeline.nowMs() > STANDING_MS_MAX) throw new Error('the simulated mesh does not come to stand')
    await drive(timeline, timeline.nowMs() + LOOK_MS, () => false)
  }
  await drive(timeline, timeline.nowMs() + REST_MS, () => false)
}

/** Everybody is a member, alive to each other and known for what it can run; the voters are as many as they should be. */
const isStanding = (machines: readonly Machine[]): boolean =>
  machines.every(({ core }) => {
    if (core === null) return false
    const { consensus, decisions } = core.planes
    const { voters, votersOutgoing } = consensus.view().configuration
    const nodes = core.work.nodes()
    return (
      decisions.view.nodes.size === machines.length &&
      nodes.every(({ health, profile }) => health === 'alive' && (profile?.runtimes.length ?? 0) > 0) &&
      voters.length === (machines.length < 3 ? 1 : 3) &&
      votersOutgoing.length === 0
    )
  })
