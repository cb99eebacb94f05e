import type { LogEntry } from '../../../protocols/consensus/index.ts'
import { holds } from '../log-entries.ts'
import type { CreateChecker } from '../observation.ts'
import { firstCommitted } from './first-seen.ts'

/** A leader hands over to nobody who lacks an entry that is committed: its campaign would only stop the mesh. */
export const createSuccessorsHoldTheLog: CreateChecker = (world) => {
  const committed: LogEntry[] = []
  const note = firstCommitted((entry) => {
    committed.push(entry)
    return null
  })
  return {
    name: 'successors-hold-the-log',
    judge: (observation) => {
      note(observation)
      if (observation.type !== 'sent' || observation.message.type !== 'timeoutNow') return null
      const { node, to, message } = observation
      const durable = world.durableOf(to)
      const missing = committed.findLast((entry) => entry.term <= message.term && !holds(durable, entry))
      return missing === undefined
        ? null
        : `${node} hands over to ${to}, which has not the committed entry ${missing.index}`
    },
  }
}
