/** Certificates on paper, for tests of what is done with them: a chain is a name, the word of an issuer, and the root. */
import { createHash } from 'node:crypto'
import type { Applicant, Certificates, Chain } from '../../../node/ports/certificates.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'

const DAY_MS = 86_400_000

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))
const sha256 = (data: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(data).digest())

/** What a root signs is good for a month from now on. */
const chainOf = (root: string, node: NodeId): Chain => [
  bytes(node),
  bytes(String(Date.now() + 30 * DAY_MS)),
  bytes(root),
]

export const rootHashOf = (root: string): Uint8Array => sha256(bytes(root))

export const paperChain = (root: string, node: NodeId): Uint8Array[] => [...chainOf(root, node)]

const verify: Applicant['verify'] = ([leaf, until, root] = [], peer, rootHash, atMs) => {
  if (Buffer.compare(sha256(root ?? bytes('')), rootHash) !== 0)
    throw new CoterieError('certificateForeign', { peer })
  if (Buffer.from(leaf ?? []).toString() !== peer)
    throw new CoterieError('certificateInvalid', { peer, detail: 'it is that of another node' })
  const notAfterMs = Number(Buffer.from(until ?? []).toString())
  if (atMs > notAfterMs) throw new CoterieError('certificateExpired', { peer, expiredMs: atMs - notAfterMs })
  if (atMs < notAfterMs - 60 * DAY_MS)
    throw new CoterieError('certificateInvalid', { peer, detail: 'it is not valid yet' })
  return { node: peer, name: 'n', role: 'full', capabilities: [], serial: '00', issuer: peer, notAfterMs }
}

/** As a member of that mesh does, now. */
export const verifyPaper = (root: string) => (chain: Chain, peer: NodeId) =>
  verify(chain, peer, rootHashOf(root), Date.now())

export const paperCertificates = (root: string): Pick<Certificates, 'rootHash' | 'issue'> => ({
  rootHash: () => rootHashOf(root),
  issue: async ({ node }) => ({ identity: chainOf(root, node), https: chainOf(root, node) }),
})

export const paperApplicant = (self: NodeId): Applicant & { readonly accepted: Chain[] } => {
  const accepted: Chain[] = []
  return {
    accepted,
    request: async () => ({
      node: self,
      https: bytes('key'),
      hosts: ['192.0.2.7'],
      signature: new Uint8Array(64),
    }),
    verify,
    accept: async ({ identity }, rootHash, atMs) => {
      verify(identity, self, rootHash, atMs)
      accepted.push(identity)
    },
  }
}
