/** A `Store` over a simulated disk, which outlives the lives of its node and can fail in every way that LevelDB's may. */
export { createSimulatedDisk } from './disk.ts'
export { openSimulatedStore } from './store.ts'
export type {
  DiskCopy,
  Durable,
  SimulatedDisk,
  SimulatedDiskComponents,
  Unsynced,
} from './types.ts'
