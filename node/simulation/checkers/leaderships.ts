import type { LogEntry } from '../../../protocols/consensus/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { Observation, World } from '../observation.ts'

interface Leading {
  readonly term: number
  /** Of the no-op that begins the term. */
  readonly firstIndex: number
}

/** Who leads which term, as a checker sees it, and since which entry. */
export interface Leaderships {
  /** Takes note of who leads from now on. To be called with every observation. */
  see(observation: Observation): void
  /** The decisions that this observation shows to be written by the leader of their own term; none for any other. */
  ownEntries(observation: Observation): readonly LogEntry[]
  of(node: NodeId): Leading | null
}

const NONE: readonly LogEntry[] = []

export const createLeaderships = (world: World): Leaderships => {
  const leading = new Map<NodeId, Leading>()
  return {
    see: (observation) => {
      if (observation.type === 'ended') leading.delete(observation.node)
      if (observation.type !== 'role') return
      const { node, role, term } = observation
      if (role !== 'leader') leading.delete(node)
      else if (leading.get(node)?.term !== term) {
        const { entries, base } = world.durableOf(node)
        leading.set(node, { term, firstIndex: entries.at(-1)?.index ?? base.index })
      }
    },
    ownEntries: (observation) => {
      if (observation.type !== 'stored') return NONE
      const term = leading.get(observation.node)?.term
      return term === undefined
        ? NONE
        : observation.entries.filter((entry) => entry.term === term && entry.kind === 'decision')
    },
    of: (node) => leading.get(node) ?? null,
  }
}
