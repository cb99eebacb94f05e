/**
 * The certificates of a mesh: its root, its issuers, and the leaves of each node. See docs/design/certificates.md.
 *
 * What is verified is verified by OpenSSL, at once; what is made is made by a library that is loaded only then.
 */
import { CoterieError } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { CERTIFICATES, type Files, loadCertificates, ROOT_KEY } from './certificate-file.ts'
import { type CertificatesComponents, type CertificatesService, MemberCertificates } from './certificates.ts'
import { type Kept, keep } from './kept.ts'

export { type ApplicantComponents, createApplicant } from './applicant.ts'
export type { Files } from './certificate-file.ts'
export type { CertificatesComponents, CertificatesService } from './certificates.ts'
export { type FoundedRoot, type FoundingComponents, type FoundingInit, foundRoot } from './founding.ts'
export type { Kept } from './kept.ts'
export { type LastLog, type LostComponents, restoreLost } from './lost.ts'
export { isPermittedAddress } from './name-constraints.ts'
export {
  createRootDesk,
  type IssuerView,
  type RootDesk,
  type RootDeskComponents,
  type RootView,
} from './root-desk.ts'
export { createRootSigning } from './root-signing.ts'
export { PASSPHRASE_COST, passphraseKey } from './sealing.ts'
export { certifySuccessor, type Successor } from './successor.ts'
export type { MeshLog, NodeKeys } from './types.ts'

/** The files of the data directory that are written here. */
export const CERTIFICATE_FILES: readonly string[] = [CERTIFICATES, ROOT_KEY]

/** What a member keeps. @throws `storeCorrupt` where it is damaged, or is not there */
export const openKept = async (files: Files): Promise<Kept> => {
  const corrupt = (detail: string) =>
    new CoterieError('storeCorrupt', { path: files.pathOf(CERTIFICATES), detail })
  const file = await loadCertificates(files)
  if (file === null) throw corrupt('it is missing, and this node is a member of a mesh')
  try {
    return keep(files, file)
  } catch (error) {
    throw corrupt((error as Error).message)
  }
}

/** Answers those who ask, and renews, between `start` and `stop`; shows and verifies from the beginning. */
export const createCertificates = (
  components: CertificatesComponents,
  init: { readonly self: NodeId },
): CertificatesService => new MemberCertificates(components, init)
