import type { LogEntry } from '../../../protocols/consensus/index.ts'
import { isSameEntry } from '../log-entries.ts'
import type { CreateChecker } from '../observation.ts'
import { generationOn, keyOf } from './generation-on.ts'

/** Within a generation each index is committed with one content, on every node and in every life. */
export const createCommittedInItsGeneration: CreateChecker = (world) => {
  const committed = new Map<string, LogEntry>()
  return {
    name: 'committed-in-its-generation',
    sees: ['committed'],
    judge: (observation) => {
      if (observation.type !== 'committed') return null
      const { node, entries } = observation
      const generation = keyOf(generationOn(world, node))
      for (const entry of entries) {
        const place = `${generation} ${entry.index}`
        const known = committed.get(place) ?? entry
        committed.set(place, known)
        if (!isSameEntry(known, entry))
          return `${node} committed another entry at ${entry.index} of one generation`
      }
      return null
    },
  }
}
