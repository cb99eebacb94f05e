import type { RecordStore, Store } from '../../ports/storage.ts'
import type { Settle } from '../settle.ts'
import { createSimulatedConsensus } from './consensus.ts'
import { createSimulatedRecords } from './records.ts'
import type { SimulatedDisk } from './types.ts'

/**
 * The store of one life of a node; the disk ends it by `crash`, the node by `close`.
 * @throws `dataDirInUse` while another life has the disk open
 */
export const openSimulatedStore = (disk: SimulatedDisk, settle: Settle = (task) => task()): Store => {
  const life = disk.open(settle)
  const collections = new Map<string, RecordStore>()
  return {
    consensus: createSimulatedConsensus(life),
    records: (name) => {
      const records = collections.get(name) ?? createSimulatedRecords(life, name)
      collections.set(name, records)
      return records
    },
    close: life.close,
  }
}
