import type { Machine } from './machine.ts'
import type { Mesh } from './mesh.ts'
import { chance, shuffle } from './random.ts'
import { areVotersChanging, canDecide } from './voting-stores.ts'

/** Share of the runs in which everything heals. */
const WHOLE_RATIO = 0.7

/** Whether those can decide, are most of the members, and are not edge nodes alone, which plan nothing. */
const canGoOn = ({ machines }: Mesh, core: readonly Machine[]): boolean => {
  const those = new Set(core.map(({ self }) => self))
  return (
    canDecide(machines, core) &&
    core.some(({ role }) => role === 'full') &&
    machines.every((machine) => {
      const members = [...(machine.core?.planes.decisions.view.nodes.keys() ?? [])]
      return members.length === 0 || 2 * members.filter((member) => those.has(member)).length > members.length
    })
  )
}

/** Who is to heal: everybody, or as few as can go on without the others. */
export const chooseCore = (mesh: Mesh): readonly Machine[] => {
  const { random, machines } = mesh
  if (chance(random, WHOLE_RATIO) || areVotersChanging(machines)) return machines
  let core: readonly Machine[] = machines
  for (const leaver of shuffle(random, machines)) {
    const rest = core.filter((machine) => machine !== leaver)
    if (canGoOn(mesh, rest)) core = rest
  }
  return core
}
