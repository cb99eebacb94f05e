import { randomBytes } from 'node:crypto'
import type { DaemonOptions } from '../../protocols/control/index.ts'
import { formatSecret, parseSecret, SECRET_BYTES } from '../../protocols/credentials/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { loadMeshFile, type MeshFile } from './mesh-file.ts'

export interface CheckedEntry {
  /** The mesh that this node is a member of. */
  readonly known: MeshFile | null
  readonly secret: Uint8Array
}

/**
 * What this start means, judged before anything is opened: a stranger founds or has a secret, a member does
 * neither. @throws `alreadyMember`, `secretMissing`, `secretMalformed`
 */
export const checkEntry = async (options: DaemonOptions): Promise<CheckedEntry> => {
  const { settings, founding, secret } = options
  const known = await loadMeshFile(settings.values.dataDir)
  if (known !== null) {
    const isOther = secret !== null && formatSecret(parseSecret(secret)) !== known.secret
    if (founding !== null || isOther) throw new CoterieError('alreadyMember', { mesh: known.name })
    return { known, secret: parseSecret(known.secret) }
  }
  if (founding !== null) return { known, secret: new Uint8Array(randomBytes(SECRET_BYTES)) }
  if (secret === null) throw new CoterieError('secretMissing', {})
  return { known, secret: parseSecret(secret) }
}
