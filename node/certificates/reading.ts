/** Reads certificates and checks their signatures, by OpenSSL through node:crypto: whatever bytes a stranger sends. */
import { createPrivateKey, createPublicKey, hash, type KeyObject, X509Certificate } from 'node:crypto'
import {
  CERTIFICATE_BYTES_MAX,
  type CertificateFacts,
  type JudgedChain,
} from '../../protocols/credentials/index.ts'
import { type NodeId, nodeOfKey } from '../../protocols/wire/index.ts'
import type { Chain } from '../ports/certificates.ts'

const KEY_BYTES = 32

export const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(hash('sha256', bytes, 'buffer'))

/** By which a log or a list names a certificate. */
export const fingerprint = (certificate: Uint8Array): string => hash('sha256', certificate, 'hex')

/** As Node writes them: `DNS:a, IP Address:1.2.3.4, URI:b`; what would need quotes is in no certificate of a mesh. */
const namesOf = (text: string | undefined) => {
  const all = (text ?? '').split(', ').filter((name) => name !== '')
  const of = (kind: string) =>
    all.flatMap((name) => (name.startsWith(`${kind}:`) ? [name.slice(kind.length + 1)] : []))
  return { hostNames: of('DNS'), addresses: of('IP Address'), uris: of('URI') }
}

const factsOf = (certificate: X509Certificate): CertificateFacts => ({
  serial: certificate.serialNumber.toLowerCase(),
  commonName: /^CN=(.*)$/m.exec(certificate.subject)?.[1] ?? '',
  notBeforeMs: Date.parse(certificate.validFrom),
  notAfterMs: Date.parse(certificate.validTo),
  isAuthority: certificate.ca,
  ...namesOf(certificate.subjectAltName),
})

/** The node whose key a leaf certifies; null for a key of another kind. */
const nodeOf = ({ publicKey }: X509Certificate): NodeId | null =>
  publicKey.asymmetricKeyType === 'ed25519'
    ? nodeOfKey(publicKey.export({ format: 'der', type: 'spki' }).subarray(-KEY_BYTES))
    : null

const isSignedBy = (certificate: X509Certificate, issuer: X509Certificate): boolean =>
  certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)

/** Three certificates of which each is signed by the next one, and the last by itself. */
export interface SignedChain extends JudgedChain {
  /** Whose key the leaf certifies; null where it is none of a node. */
  readonly subject: NodeId | null
  /** The leaf's key, SPKI in DER. */
  readonly key: Buffer
}

/** What a chain holds whose signatures are good; null for any other bytes. Nothing is known yet of the root. */
export const readChain = (chain: Chain): SignedChain | null => {
  if (chain.length !== 3 || chain.some(({ byteLength }) => byteLength > CERTIFICATE_BYTES_MAX)) return null
  try {
    const [leaf, intermediate, root] = chain.map((der) => new X509Certificate(der)) as [
      X509Certificate,
      X509Certificate,
      X509Certificate,
    ]
    const isSigned =
      isSignedBy(root, root) && isSignedBy(intermediate, root) && isSignedBy(leaf, intermediate)
    if (!isSigned) return null
    return {
      leaf: factsOf(leaf),
      intermediate: factsOf(intermediate),
      root: factsOf(root),
      subject: nodeOf(leaf),
      key: leaf.publicKey.export({ format: 'der', type: 'spki' }),
    }
  } catch {
    // Node throws what OpenSSL says of bytes that are no certificate.
    return null
  }
}

/** Whether a chain with good signatures certifies the key, which is given as PKCS #8 in DER. */
export const isFor = (chain: Chain, key: Uint8Array): boolean => {
  const own = createPublicKey(createPrivateKey({ key: Buffer.from(key), format: 'der', type: 'pkcs8' }))
  return readChain(chain)?.key.equals(own.export({ format: 'der', type: 'spki' })) ?? false
}

/** A certificate that may sign, and its key: the root itself, or one that it has signed; null for any other bytes. */
export const readAuthority = (
  certificate: Uint8Array,
  root: Uint8Array,
): { readonly facts: CertificateFacts; readonly key: KeyObject } | null => {
  if (certificate.byteLength > CERTIFICATE_BYTES_MAX) return null
  try {
    const read = new X509Certificate(certificate)
    if (!read.ca || !isSignedBy(read, new X509Certificate(root))) return null
    return { facts: factsOf(read), key: read.publicKey }
  } catch {
    // Node throws what OpenSSL says of bytes that are no certificate.
    return null
  }
}

/** One certificate that this node keeps itself. @throws an Error where the bytes are none */
export const readCertificate = (der: Uint8Array): CertificateFacts => factsOf(new X509Certificate(der))

export const toPem = (der: Uint8Array): string => new X509Certificate(der).toString()
