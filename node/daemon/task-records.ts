import { createRecords, type RecordsService, zlibPacking } from '../records/index.ts'
import type { Outside } from './outside.ts'
import type { Planes } from './planes.ts'
import type { Work } from './work.ts'

/** What ran, and how it ended. Not yet started. */
export const openTaskRecords = (
  outside: Outside,
  { consensus, decisions }: Planes,
  { agent, leadership }: Work,
): RecordsService => {
  const { network, store, clock, random, logger, signing } = outside
  return createRecords(
    {
      ...network,
      ...signing,
      store: store.records('task-records'),
      packing: zlibPacking,
      clock,
      random,
      logger: logger.child({ part: 'records' }),
      decisions,
      agent,
      leadership,
      voters: () => consensus.view().configuration.voters,
    },
    { self: network.connections.self },
  )
}
