import type { RevisionId } from '../../protocols/decisions/index.ts'
import { isForgotten } from '../daemon/observed.ts'
import { drive } from './drive.ts'
import type { Machine } from './machine.ts'
import type { Mesh } from './mesh.ts'
import { CLEAN_LINKS } from './network/index.ts'

/** After healing a leader must stand within this time. */
const LEADER_WITHIN_MS = 5_000
/** And all nodes must be level within this time: the same log, the same intent. */
const LEVEL_WITHIN_MS = 30_000
/** How often it is looked whether they are. */
const LOOK_MS = 100

/** Ends every fault: all nodes run, all links are clean, all disks work. */
export const heal = (mesh: Mesh): void => {
  const { network, machines } = mesh
  network.links.mendAll()
  network.links.setQuality(CLEAN_LINKS)
  for (const machine of machines) {
    machine.disk.drain()
    machine.disk.slow(null)
    machine.disk.failWrites(0)
    machine.engine.up()
    machine.wake()
    machine.resume()
    machine.start()
    if (machine.mesh === null) mesh.join(machine)
  }
  mesh.observe({ type: 'healed' })
}

const leads = ({ core }: Machine): boolean => core?.planes.consensus.view().role === 'leader'

/** How far a node is with the log; -1 for one that is down. */
const appliedOn = ({ core }: Machine): number => core?.planes.decisions.view.appliedIndex ?? -1

/** The registers of a node, but for those that it will forget when it next looks. */
const registersOn = ({ core }: Machine): string[] => {
  if (core === null) return []
  const { decisions, intent } = core.planes
  return intent
    .registers('')
    .filter(({ node, key }) => !isForgotten(decisions.view, node, key))
    .map(({ node, key, epoch, sequence }) => `${key} of ${node} at ${epoch}.${sequence}`)
    .sort()
}

/** What keeps two nodes from being level, as words; null where nothing does. */
const differenceOf = (a: Machine, b: Machine, written: readonly RevisionId[]): string | null => {
  if (appliedOn(a) !== appliedOn(b)) return `${a.name} applied ${appliedOn(a)}, ${b.name} ${appliedOn(b)}`
  const holds = ({ core }: Machine, id: RevisionId): boolean => core?.planes.intent.revision(id) !== null
  const revision = written.find((id) => holds(a, id) !== holds(b, id))
  if (revision !== undefined) return `one of ${a.name} and ${b.name} has not the revision ${revision}`
  const [ours, theirs] = [registersOn(a), registersOn(b)]
  const register = ours.find((known, at) => known !== theirs[at]) ?? theirs[ours.length]
  return register === undefined ? null : `${a.name} and ${b.name} differ in the register ${register}`
}

/** Lets time pass until `isSo`; false when that did not come within `withinMs`. */
const becomes = async (
  { timeline }: Mesh,
  withinMs: number,
  isSo: () => boolean,
  isOver: () => boolean,
): Promise<boolean> => {
  const endMs = timeline.nowMs() + withinMs
  while (!isSo()) {
    if (timeline.nowMs() >= endMs || isOver()) return false
    await drive(timeline, Math.min(endMs, timeline.nowMs() + LOOK_MS), isOver)
  }
  return true
}

/**
 * Judges a mesh that was just healed: the sentence that says what did not come back, or null.
 * `written` are the revisions that somebody wrote.
 */
export const judgeHealing = async (
  mesh: Mesh,
  written: readonly RevisionId[],
  isOver: () => boolean,
): Promise<string | null> => {
  const { machines } = mesh
  if (!(await becomes(mesh, LEADER_WITHIN_MS, () => machines.some(leads), isOver)))
    return `no leader stands ${LEADER_WITHIN_MS} ms after healing`
  const before = Math.max(...machines.map(appliedOn))
  const difference = (): string | null => {
    const [first, ...others] = machines as [Machine, ...Machine[]]
    if (appliedOn(first) <= before) return `${first.name} knows nothing after ${before}`
    for (const other of others) {
      const what = differenceOf(first, other, written)
      if (what !== null) return what
    }
    return null
  }
  if (await becomes(mesh, LEVEL_WITHIN_MS, () => difference() === null, isOver)) return null
  return `${LEVEL_WITHIN_MS} ms after healing ${difference()}`
}
