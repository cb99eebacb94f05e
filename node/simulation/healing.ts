import type { Revision } from '../../crdt/index.ts'
import { SUPPORTED } from '../../protocols/versions/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { chooseCore } from './choose-core.ts'
import { drive } from './drive.ts'
import type { MeshKind } from './kind.ts'
import type { Machine } from './machine.ts'
import type { Mesh } from './mesh.ts'
import { CLEAN_LINKS } from './network/index.ts'
import { chance } from './random.ts'
import { appliedOn, type Healed, RECOVERIES } from './recovery/index.ts'
import { LEADER } from './recovery/leader.ts'
import { LEVEL } from './recovery/level.ts'
import { VOTERS_ARE_NAMED } from './recovery/named.ts'
import type { Recovery } from './recovery/recovery.ts'

/** How often it is looked what has come about. */
const LOOK_MS = 250
/** Of those that stay behind, how many are heard by all, and hear nobody: a leader among them must give up by itself. */
const DEAF_RATIO = 0.4

/** Of the log alone, nothing else comes back. */
const RECOVERIES_OF: Readonly<Record<MeshKind, readonly Recovery[]>> = {
  whole: RECOVERIES,
  upgrade: RECOVERIES,
  leases: RECOVERIES,
  log: [LEADER, LEVEL, VOTERS_ARE_NAMED],
  elections: [LEADER, LEVEL, VOTERS_ARE_NAMED],
}

const idOf = ({ self }: Machine): NodeId => self

const mend = (mesh: Mesh, machine: Machine): void => {
  machine.disk.mend()
  machine.engine.up()
  machine.wake()
  machine.continueWatchdog()
  machine.resume()
  machine.install(SUPPORTED)
  machine.start()
  if (machine.mesh === null) mesh.join(machine)
}

/**
 * Ends every fault. Mostly all machines run then, and all links are clean; in some runs a core of them, and the others
 * stay behind: cut off after a loss of power, or heard by all and deaf.
 */
export const heal = (mesh: Mesh, written: readonly Revision[]): Healed => {
  const { network, machines, random } = mesh
  const core = new Set(chooseCore(mesh))
  const behind = machines.filter((machine) => !core.has(machine))
  const deaf = new Set(behind.filter(() => chance(random, DEAF_RATIO)))
  const gone = behind.filter((machine) => !deaf.has(machine))
  const inside = new Set(Array.from(core, idOf))
  const heard = new Set(Array.from(deaf, idOf))
  network.links.settle((from, to) => inside.has(from) !== inside.has(to) && !heard.has(from))
  network.links.setQuality(CLEAN_LINKS)
  for (const machine of gone) machine.losePower()
  for (const machine of machines) mend(mesh, machine)
  mesh.observe({ type: 'healed', behind: behind.map(idOf) })
  return { mesh, core: [...core], gone, written, appliedIndex: Math.max(...Array.from(core, appliedOn)) }
}

/** Judges a mesh that was just healed: what did not come about in its time, or null. */
export const judgeHealing = async (
  healed: Healed,
  kind: MeshKind,
  isOver: () => boolean,
): Promise<{ readonly checker: string; readonly what: string } | null> => {
  const { timeline } = healed.mesh
  const startMs = timeline.nowMs()
  let waiting = RECOVERIES_OF[kind]
  while (!isOver()) {
    const missing = new Map(waiting.map((recovery) => [recovery, recovery.missing(healed)]))
    waiting = waiting.filter((recovery) => missing.get(recovery) !== null)
    if (waiting.length === 0) return null
    for (const recovery of waiting) {
      const { name, withinMs } = recovery
      if (timeline.nowMs() - startMs >= withinMs)
        return { checker: name, what: `${withinMs} ms after healing ${missing.get(recovery)}` }
    }
    await drive(timeline, timeline.nowMs() + LOOK_MS, isOver)
  }
  return null
}
