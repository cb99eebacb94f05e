/** The first certificates of a mesh: its root, and its founder's. */
import type { IdentityClaims } from '../../protocols/credentials/index.ts'
import { meshIdOf } from '../../protocols/credentials/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { Clock } from '../ports/clock.ts'
import { type Files, saveCertificates, saveRootKey, toBase64 } from './certificate-file.ts'
import { fileOf } from './kept.ts'
import { sha256 } from './reading.ts'
import { loadMaking, makeOwnRequest, signLeaves } from './signing.ts'
import type { NodeKeys } from './types.ts'

export interface FoundingComponents {
  readonly clock: Clock
  readonly keys: NodeKeys
  readonly files: Files
}

export interface FoundingInit extends IdentityClaims {
  readonly meshName: string
  readonly hosts: readonly string[]
}

/** What the log says first. */
export interface FoundedRoot {
  readonly mesh: string
  /** The root, and the founder's intermediate, in DER. */
  readonly root: Uint8Array
  readonly issuer: Uint8Array
}

/**
 * Makes the root of a new mesh, and of this node its first issuer and member. All is on disk when it resolves; what an
 * earlier founding left there that came to nothing is replaced. @throws `storeFailed`
 */
export const foundRoot = async (
  components: FoundingComponents,
  { meshName, hosts, ...claims }: FoundingInit,
): Promise<FoundedRoot> => {
  const { clock, keys, files } = components
  const { node } = claims
  const { makeIntermediate, makeRequest, makeRoot } = await loadMaking()
  const authority = await makeRoot(meshName, clock.wallMs())
  const root = authority.certificate
  const mesh = meshIdOf(sha256(root))
  const own = await makeRequest()
  const certificate = await makeIntermediate(authority, { node, request: own.request, mesh }, clock.wallMs())
  if (certificate === null) throw new CoterieError('internal', { detail: 'the founder refused its own key' })
  const issuer = { certificate, key: own.key }
  const { request, key } = await makeOwnRequest(keys, { node, hosts })
  const log = { member: () => claims }
  const issued = await signLeaves({ clock, keys, log }, { issuer, root, mesh }, request)
  await saveRootKey(files, authority.key)
  await saveCertificates(files, {
    root: toBase64(root),
    ...fileOf(issued, key),
    issuer: { certificate: toBase64(certificate), key: toBase64(own.key) },
  })
  return { mesh, root, issuer: certificate }
}
