import { openStore } from '../../../node/storage/index.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'
import { describeStore } from './store-compliance.ts'

describe('a store on disk', () => {
  describeStore(async () => {
    const scratch = await scratchDir()
    return {
      open: () => openStore({ dataDir: scratch.path, logger: silentLogger }),
      remove: scratch.remove,
    }
  })
})
