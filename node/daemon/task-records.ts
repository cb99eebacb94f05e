import {
  createRecords,
  type Packing,
  type RecordsBounds,
  type RecordsService,
  zlibPacking,
} from '../records/index.ts'
import type { Outside } from './outside.ts'
import type { Planes } from './planes.ts'
import type { Work } from './work.ts'

/** Given by who has no days to wait. */
export interface TaskRecordsInit {
  readonly packing?: Packing
  readonly bounds?: RecordsBounds
}

/** What ran, and how it ended. Not yet started. */
export const openTaskRecords = (
  outside: Outside,
  { consensus, decisions }: Planes,
  { agent, leadership }: Work,
  { packing = zlibPacking, bounds }: TaskRecordsInit,
): RecordsService => {
  const { network, store, clock, random, logger, signing } = outside
  return createRecords(
    {
      ...network,
      ...signing,
      store: store.records('task-records'),
      packing,
      clock,
      random,
      logger: logger.child({ part: 'records' }),
      decisions,
      agent,
      leadership,
      voters: () => consensus.view().configuration.voters,
    },
    { ...bounds, self: network.connections.self },
  )
}
