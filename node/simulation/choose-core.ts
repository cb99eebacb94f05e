import type { NodeId } from '../../protocols/wire/index.ts'
import { configurationsOn } from './log-entries.ts'
import type { Machine } from './machine.ts'
import type { Mesh } from './mesh.ts'
import { chance, shuffle } from './random.ts'

/** Share of the runs in which everything heals. */
const WHOLE_RATIO = 0.7

const hasMajority = (voters: readonly NodeId[], core: ReadonlySet<NodeId>): boolean =>
  voters.length === 0 || 2 * voters.filter((voter) => core.has(voter)).length > voters.length

/** Whether those can decide, whichever configuration of those in the logs holds, and are most of the members. */
const canGoOn = ({ machines }: Mesh, core: ReadonlySet<NodeId>): boolean =>
  machines.every((machine) => {
    const newest = configurationsOn(machine.disk.durable()).at(-1)
    const members = [...(machine.core?.planes.decisions.view.nodes.keys() ?? [])]
    if (!hasMajority(members, core)) return false
    if (newest === undefined) return true
    const { voters, votersOutgoing } = newest.configuration
    return hasMajority(voters, core) && hasMajority(votersOutgoing, core)
  })

/** Who is to heal: everybody, or as few as can go on without the others. */
export const chooseCore = (mesh: Mesh): readonly Machine[] => {
  const { random, machines } = mesh
  const core = new Set(machines.map(({ self }) => self))
  if (chance(random, WHOLE_RATIO)) return machines
  for (const { self } of shuffle(random, machines)) {
    core.delete(self)
    if (!canGoOn(mesh, core)) core.add(self)
  }
  return machines.filter(({ self }) => core.has(self))
}
