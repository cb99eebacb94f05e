import { createRandom } from '../../../../node/simulation/random.ts'
import { createSimulatedDisk, openSimulatedStore } from '../../../../node/simulation/store/index.ts'
import { describeStore } from '../../storage/store-compliance.ts'

describe('a simulated store', () => {
  describeStore(async () => {
    const after = (afterMs: number, task: () => void) => setTimeout(task, afterMs)
    const disk = createSimulatedDisk({ after, random: createRandom(1) })
    return { open: async () => openSimulatedStore(disk), remove: async () => disk.crash() }
  })
})
