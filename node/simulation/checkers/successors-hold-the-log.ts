import type { LogEntry } from '../../../protocols/consensus/index.ts'
import { holds } from '../log-entries.ts'
import type { CreateChecker } from '../observation.ts'
import { firstCommitted } from './first-seen.ts'

/**
 * A leader hands over to nobody who lacks an entry that is committed: its campaign would only stop the mesh. What a machine
 * held on a disk that it has lost counts: the leader cannot know yet.
 */
export const createSuccessorsHoldTheLog: CreateChecker = (world) => {
  const committed: LogEntry[] = []
  const note = firstCommitted((entry) => {
    committed.push(entry)
    return null
  })
  return {
    name: 'successors-hold-the-log',
    sees: ['first committed', 'sent timeoutNow'],
    judge: (observation) => {
      note(observation)
      if (observation.type !== 'sent' || observation.message.type !== 'timeoutNow') return null
      const { node, to, message } = observation
      const stores = world.storesOf(to)
      const isHeld = (entry: LogEntry): boolean => stores.some((durable) => holds(durable, entry))
      const missing = committed.findLast((entry) => entry.term <= message.term && !isHeld(entry))
      return missing === undefined
        ? null
        : `${node} hands over to ${to}, which has not the committed entry ${missing.index}`
    },
  }
}
