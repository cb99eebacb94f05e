/** Certificates for the key that is to take the place of this node's own; made here, while this node may still ask for them. */
import type { DecisionOf } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Certificates } from '../ports/certificates.ts'
import type { Clock } from '../ports/clock.ts'
import { createApplicant } from './applicant.ts'
import {
  type Files,
  loadCertificates,
  loadRootKey,
  saveCertificates,
  saveRootKey,
  toBase64,
} from './certificate-file.ts'
import type { Kept } from './kept.ts'
import type { Authority } from './making.ts'
import { readCertificate } from './reading.ts'
import { loadMaking, signLeaves } from './signing.ts'
import type { MeshLog, NodeKeys } from './types.ts'

export interface CertifyComponents {
  readonly clock: Clock
  readonly log: Pick<MeshLog, 'member' | 'issuers'>
  readonly kept: Pick<Kept, 'root' | 'rootHash' | 'mesh' | 'issuer'>
  /** This node's own. */
  readonly files: Files
  readonly certificates: Pick<Certificates, 'issue'>
  decide(decision: DecisionOf<'issuerGranted'>): Promise<number>
}

export interface Successor {
  readonly node: NodeId
  readonly keys: NodeKeys
  /** Where it finds them. */
  readonly files: Files
  hosts(): readonly string[]
}

/**
 * Puts certificates where the successor, a member already, finds them; and the root's key, where that is here. Then one that takes the
 * place of an issuer is one too, as old as that. Resolves with this node's own intermediate, null where it issues nothing.
 * @throws `issuerUnreachable`, `certificateRefused`, `storeCorrupt`, `storeFailed`, and what deciding throws
 */
export const certifySuccessor = async (
  components: CertifyComponents,
  { node, keys, files, hosts }: Successor,
): Promise<Uint8Array | null> => {
  const { clock, log, kept, certificates } = components
  const { root, rootHash, mesh } = kept
  const applicant = createApplicant({ keys, files, hosts }, { self: node })
  const request = await applicant.request()
  const key = await loadRootKey(components.files)
  const own = kept.issuer()
  const issuer = own === null || key === null ? null : await grant(components, { node, key, own })
  const issued =
    issuer === null
      ? await certificates.issue(request)
      : await signLeaves({ clock, keys, log }, { issuer, root, mesh }, request)
  await applicant.accept(issued, rootHash, clock.wallMs())
  if (key !== null) await saveRootKey(files, key)
  if (issuer !== null) await addIssuer(files, issuer)
  return own?.certificate ?? null
}

/** An intermediate for the successor, of the age of this node's own. */
const grant = async (
  { clock, kept: { root, mesh }, decide }: CertifyComponents,
  { node, key, own }: { readonly node: NodeId; readonly key: Uint8Array; readonly own: Authority },
): Promise<Authority> => {
  const { makeIntermediate, makeRequest } = await loadMaking()
  const made = await makeRequest()
  const sinceMs = readCertificate(own.certificate).notBeforeMs
  const asked = { node, request: made.request, mesh, sinceMs }
  const certificate = await makeIntermediate({ certificate: root, key }, asked, clock.wallMs())
  if (certificate === null)
    throw new CoterieError('internal', { detail: 'the root refused a key that was made here' })
  await decide({ type: 'issuerGranted', node, certificate, atMs: clock.wallMs() })
  return { certificate, key: made.key }
}

const addIssuer = async (files: Files, { certificate, key }: Authority): Promise<void> => {
  const file = await loadCertificates(files)
  if (file !== null)
    await saveCertificates(files, {
      ...file,
      issuer: { certificate: toBase64(certificate), key: toBase64(key) },
    })
}
