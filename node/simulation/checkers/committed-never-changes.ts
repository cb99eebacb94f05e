import type { LogEntry } from '../../../protocols/consensus/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import { isSameEntry } from '../log-entries.ts'
import type { CreateChecker } from '../observation.ts'

/** Each index is committed with one content, on every node and in every life; a life begins at 1 or with
 * a snapshot, and leaves no gap. */
export const createCommittedNeverChanges: CreateChecker = () => {
  const committed: LogEntry[] = []
  const reached = new Map<NodeId, number>()

  const judgeEntry = (node: NodeId, entry: LogEntry): string | null => {
    const expected = (reached.get(node) ?? 0) + 1
    if (entry.index !== expected) return `${node} committed ${entry.index} when ${expected} was next`
    reached.set(node, entry.index)
    const known = committed[entry.index - 1]
    if (known === undefined) {
      committed[entry.index - 1] = entry
      return null
    }
    return isSameEntry(known, entry)
      ? null
      : `${node} committed another entry at ${entry.index}: of term ${entry.term}, not ${known.term}`
  }

  return {
    name: 'committed-never-changes',
    sees: ['started', 'restored', 'committed'],
    judge: (observation) => {
      if (observation.type === 'started') reached.delete(observation.node)
      if (observation.type === 'restored') reached.set(observation.node, observation.index)
      if (observation.type !== 'committed') return null
      for (const entry of observation.entries) {
        const broken = judgeEntry(observation.node, entry)
        if (broken !== null) return broken
      }
      return null
    },
  }
}
