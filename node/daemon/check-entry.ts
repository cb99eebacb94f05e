import type { AskingPerson, DaemonOptions } from '../../protocols/control/index.ts'
import { type JoinToken, meshIdOf, parseToken } from '../../protocols/credentials/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { loadMeshFile, type MeshFile } from './mesh-file.ts'

/** What this start is: of a member, of the first one, of a machine that joins, or of one that asks first. */
export type CheckedEntry =
  | { readonly kind: 'restart'; readonly mesh: MeshFile }
  | { readonly kind: 'found'; readonly meshName: string }
  | { readonly kind: 'join'; readonly token: JoinToken }
  | { readonly kind: 'ask'; readonly asking: AskingPerson }

/**
 * Judged before anything is opened: a stranger founds, has a token or asks for one, a member does none of that, unless it is given a token of its own
 * mesh again. @throws `alreadyMember`, `joinTokenMissing`, `joinTokenMalformed`, `joinTokenTruncated`
 */
export const checkEntry = async ({
  settings,
  founding,
  token: text,
  asking,
}: DaemonOptions): Promise<CheckedEntry> => {
  const mesh = await loadMeshFile(settings.values.dataDir)
  const token = text === null ? null : parseToken(text)
  if (mesh !== null) {
    const isOther = token !== null && meshIdOf(token.terms.rootHash) !== mesh.mesh
    if (founding !== null || isOther) throw new CoterieError('alreadyMember', { mesh: mesh.name })
    return { kind: 'restart', mesh }
  }
  if (founding !== null) return { kind: 'found', meshName: founding.meshName }
  if (token !== null) return { kind: 'join', token }
  if (asking === null) throw new CoterieError('joinTokenMissing', {})
  return { kind: 'ask', asking }
}
