/** Out of the mesh for good: what runs here ends, and what this node was is set aside or deleted. */
import type { Leave, LeaveRequest } from '../../protocols/control/index.ts'
import type { TaskId } from '../../protocols/decisions/index.ts'
import type { Agent } from '../agent/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Core } from './core.ts'
import type { Ending } from './ending.ts'
import type { Ground } from './ground.ts'
import { leaveMesh } from './leave-mesh.ts'
import { type MeshFile, setAside } from './mesh-file.ts'
import { removeOwnFiles, sortFiles } from './own-files.ts'
import { REMOVAL_GRACE_MS } from './roster.ts'

/** What is asked to stop has ten seconds for it, and then is killed; an engine that hangs is not waited for. */
const END_TASKS_MS_MAX = 30_000
const LOOK_AGAIN_MS = 100

/** Stops and removes all that runs here; resolves with what is still there. Nothing is moved by that: the log has let it go. */
export const endTasks = async (
  agent: Pick<Agent, 'setDesired' | 'present' | 'statuses'>,
  clock: Clock,
): Promise<TaskId[]> => {
  const startMs = clock.nowMs()
  for (;;) {
    // Each time: until the others close their connections, the log may still say something of this node.
    agent.setDesired([], true)
    const left = [...new Set([...agent.present(), ...agent.statuses().keys()])]
    if (left.length === 0 || clock.nowMs() - startMs > END_TASKS_MS_MAX) return left
    await new Promise<void>((resolve) => clock.after(LOOK_AGAIN_MS, resolve))
  }
}

/** The daemon ends a little later, for its answer is still to be sent. @throws as `leaveMesh` */
export const farewell = async (
  { network, settings, clock }: Ground,
  { planes, work }: Core,
  { mesh }: { readonly mesh: MeshFile },
  ending: Ending,
  { purge = false }: LeaveRequest,
): Promise<Leave> => {
  const { dataDir } = settings
  await leaveMesh({ self: network.connections.self, clock, ...planes })
  const tasksLeft = await endTasks(work.agent, clock)
  ending.lastly(() => (purge ? removeOwnFiles(dataDir) : setAside(dataDir, mesh.mesh, clock.wallMs())))
  clock.after(REMOVAL_GRACE_MS, () => void ending.end(null))
  const { own, foreign } = purge ? await sortFiles(dataDir) : { own: [], foreign: [] }
  return { mesh: mesh.name, dataDir, tasksLeft, removes: [...own], leaves: [...foreign] }
}
