import type { LogEntry } from '../../../protocols/consensus/index.ts'
import { holds } from '../log-entries.ts'
import type { CreateChecker } from '../observation.ts'

/** Leader completeness (Raft, figure 3): who becomes leader has on disk every entry that was committed before its term. */
export const createLeadersKnowCommitted: CreateChecker = (world) => {
  /** Each committed entry with the term of the first node that knew it to be committed. */
  const committed: { readonly entry: LogEntry; readonly term: number }[] = []
  return {
    name: 'leaders-know-committed',
    sees: ['role', 'committed'],
    judge: (observation) => {
      if (observation.type === 'committed') {
        const knownIn = world.durableOf(observation.node).hardState?.term ?? 0
        for (const entry of observation.entries) committed[entry.index - 1] ??= { entry, term: knownIn }
      }
      if (observation.type !== 'role' || observation.role !== 'leader') return null
      const { node, term } = observation
      const durable = world.durableOf(node)
      const missing = committed.find((known) => known.term < term && !holds(durable, known.entry))
      return missing === undefined
        ? null
        : `${node} leads in term ${term} without the committed entry ${missing.entry.index}`
    },
  }
}
