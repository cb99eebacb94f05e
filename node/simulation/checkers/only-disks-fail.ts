import { DiskFailure } from '../disk.ts'
import type { CreateChecker } from '../observation.ts'

/** Consensus ends on a node because of its disk alone; an exception of the machine is a bug, whatever came before it. */
export const createOnlyDisksFail: CreateChecker = () => ({
  name: 'only-disks-fail',
  judge: (observation) =>
    observation.type === 'ended' && !(observation.error instanceof DiskFailure)
      ? `${observation.node} threw: ${observation.error.stack ?? observation.error.message}`
      : null,
})
