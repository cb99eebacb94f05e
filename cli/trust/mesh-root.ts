/** The root of a mesh, as whoever is to trust it gets it: one certificate in PEM. */
import { X509Certificate } from 'node:crypto'

export interface MeshRoot {
  readonly pem: string
  /** SHA-256 of its DER, in lower-case hexadecimal. */
  readonly fingerprint: string
  /** The id of the mesh: how the fingerprint begins. */
  readonly mesh: string
  readonly meshName: string
  readonly notAfterMs: number
  /** Whether it says itself for which names it counts; those of early versions do not. */
  readonly isBounded: boolean
}

const MESH_ID_LENGTH = 16

/**
 * The id of name constraints (RFC 5280, section 4.2.1.10), critical, and the beginning of their value. Looked for as bytes: whoever made
 * a root to deceive has another fingerprint.
 */
const BOUNDS = Buffer.from('0603551d1e0101ff04', 'hex')

/** Null for whatever is no root of a mesh. */
export const readRoot = (pemOrDer: string | Uint8Array): MeshRoot | null => {
  try {
    const certificate = new X509Certificate(pemOrDer)
    const { subject, ca, raw, validTo } = certificate
    const isOwn = certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey)
    const [, meshName] = /^O=coterie mesh\nCN=(.*)$/.exec(subject) ?? []
    if (!ca || !isOwn || meshName === undefined) return null
    const fingerprint = certificate.fingerprint256.replaceAll(':', '').toLowerCase()
    return {
      pem: certificate.toString(),
      fingerprint,
      mesh: fingerprint.slice(0, MESH_ID_LENGTH),
      meshName,
      notAfterMs: Date.parse(validTo),
      isBounded: raw.includes(BOUNDS),
    }
  } catch {
    // Node throws what OpenSSL says of bytes that are no certificate.
    return null
  }
}

/** A fingerprint as people copy it, with colons or without; null for anything else. */
export const readFingerprint = (text: string): string | null => {
  const plain = text.replace(/[:\s]/g, '').toLowerCase()
  return /^[0-9a-f]{64}$/.test(plain) ? plain : null
}
