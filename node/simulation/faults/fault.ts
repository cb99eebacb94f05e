import type { Machine } from '../machine.ts'
import type { Mesh } from '../mesh.ts'
import { between, pick, type Range } from '../random.ts'

/** Does something to the mesh, arranges its end, and says in words what it was. It does no more once `isOver`. */
export type Fault = (mesh: Mesh, isOver: () => boolean) => string

/** How long links are cut, a node is paused, a disk is full: from below one heartbeat to many elections. */
const LASTS_MS: Range = [50, 4_000]

export const lasts = ({ timeline, random }: Mesh, end: () => void, range: Range = LASTS_MS): void => {
  timeline.after(between(random, range), end)
}

export const anyMachine = ({ random, machines }: Mesh): Machine => pick(random, machines)

export const leads = ({ core }: Machine): boolean => core?.planes.consensus.view().role === 'leader'

/** Whoever believes to lead; anybody where nobody does. */
export const leaderOrAny = (mesh: Mesh): Machine => {
  const leading = mesh.machines.filter(leads)
  return leading.length > 0 ? pick(mesh.random, leading) : anyMachine(mesh)
}
