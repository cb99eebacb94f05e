import { CoterieError } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Applicant, Chain, IssuedCertificates } from '../ports/certificates.ts'
import { type Files, saveCertificates, toBase64 } from './certificate-file.ts'
import { fileOf } from './kept.ts'
import { isFor } from './reading.ts'
import { makeOwnRequest } from './signing.ts'
import type { NodeKeys } from './types.ts'
import { createVerifier } from './verifying.ts'

export interface ApplicantComponents {
  readonly keys: Pick<NodeKeys, 'sign'>
  readonly files: Files
  /** Host names and addresses at which this machine is reached. */
  hosts(): readonly string[]
}

/** What is issued must be for the key that was asked for, by the issuer of the identity. @throws `certificateInvalid` */
const checkIssued = ({ identity, https }: IssuedCertificates, key: Uint8Array, self: NodeId): void => {
  const isSameAbove = [1, 2].every((at) => Buffer.from(https[at] ?? []).equals(identity[at] as Uint8Array))
  if (!isSameAbove || !isFor(https, key))
    throw new CoterieError('certificateInvalid', {
      peer: self,
      detail: 'the one for HTTPS is for another key',
    })
}

/** See the port. */
export const createApplicant = (
  { keys, files, hosts }: ApplicantComponents,
  { self }: { readonly self: NodeId },
): Applicant => {
  let made: ReturnType<typeof makeOwnRequest> | null = null
  const own = () => {
    made ??= makeOwnRequest(keys, { node: self, hosts: hosts() })
    return made
  }
  const verify = (chain: Chain, peer: NodeId, rootHash: Uint8Array, atMs: number) =>
    createVerifier(rootHash).verify(chain, peer, { atMs, isLate: false })
  return {
    request: async () => (await own()).request,
    verify,
    accept: async (issued, rootHash, atMs) => {
      verify(issued.identity, self, rootHash, atMs)
      const { key } = await own()
      checkIssued(issued, key, self)
      const root = issued.identity[2] as Uint8Array
      await saveCertificates(files, { root: toBase64(root), ...fileOf(issued, key) })
    },
  }
}
