import { isCoterieError } from '../../protocols/errors/index.ts'
import { nodeIdOf } from '../network/index.ts'
import type { Logger } from '../ports/logger.ts'
import { loadIdentity, mendStore } from '../storage/index.ts'
import { knowsOthers, loadMeshFile } from './mesh-file.ts'
import { systemClock } from './system-clock.ts'

/** Collections whose records stand for themselves: signed, a lower bound, a hint, or what nobody else has. */
export const SELF_STANDING = [
  'revisions',
  'intent',
  'addresses',
  'generations',
  'revocations',
  'task-records',
]

/**
 * After a start that failed: sets a damaged store aside where others can bring an empty one up to date; true where
 * another start has a new store. See docs/design/damaged-stores.md.
 * @throws `dataDirInUse`, `storeCorrupt`, `storeFailed` where it cannot be set aside
 */
export const mendAfter = async (error: unknown, dataDir: string, logger: Logger): Promise<boolean> => {
  if (!isCoterieError(error, 'storeCorrupt') || error.data.path !== dataDir) return false
  const [mesh, identity] = [await loadMeshFile(dataDir), await loadIdentity(dataDir)]
  if (mesh === null || identity === null || !knowsOthers(mesh, nodeIdOf(identity.privateKey))) return false
  const mended = await mendStore({ dataDir, kept: SELF_STANDING, wallMs: systemClock.wallMs(), logger })
  logger.error(
    { ...mended, damage: error.data.detail },
    'the store was damaged; it is set aside, and this node begins with a new one that the others bring up to date. Look at that disk',
  )
  return true
}
