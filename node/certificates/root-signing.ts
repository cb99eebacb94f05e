/** Signatures that the mesh's root stands behind: whoever knows the root can verify them, without the log. */
import { createPrivateKey, type KeyObject, sign, verify } from 'node:crypto'
import type { Signer } from '../../protocols/revocations/index.ts'
import type { RootSigned, RootSigning } from '../ports/certificates.ts'
import { type Files, loadRootKey } from './certificate-file.ts'
import type { Kept } from './kept.ts'
import { fingerprint, readAuthority } from './reading.ts'

/** Signers whose certificates are known to be good: more than a mesh ever has. */
const SIGNERS_MAX = 256

/** Both numbers of a signature at their full length. */
const ENCODING = { dsaEncoding: 'ieee-p1363' } as const

interface KnownSigner {
  readonly signer: Signer
  readonly key: KeyObject
}

export const createRootSigning = ({
  kept,
  files,
}: {
  readonly kept: Pick<Kept, 'root' | 'issuer'>
  readonly files: Files
}): RootSigning => {
  const { root } = kept
  const known = new Map<string, KnownSigner>()
  const rootFingerprint = fingerprint(root)

  const read = (certificate: Uint8Array): KnownSigner | null => {
    const id = fingerprint(certificate)
    const before = known.get(id)
    if (before !== undefined) return before
    const authority = readAuthority(certificate, root)
    if (authority === null) return null
    const { facts, key } = authority
    const node = id === rootFingerprint ? null : facts.commonName
    const signer = { fingerprint: id, node, sinceMs: facts.notBeforeMs, untilMs: facts.notAfterMs }
    if (known.size >= SIGNERS_MAX) known.clear()
    known.set(id, { signer, key })
    return { signer, key }
  }

  return {
    sign: async (message) => {
      const rootKey = await loadRootKey(files)
      const by = rootKey === null ? kept.issuer() : { certificate: root, key: rootKey }
      if (by === null) return null
      const key = createPrivateKey({ key: Buffer.from(by.key), format: 'der', type: 'pkcs8' })
      const signature = new Uint8Array(sign('sha256', message, { key, ...ENCODING }))
      return { certificate: by.certificate, signature }
    },
    verify: (message, { certificate, signature }: RootSigned) => {
      const by = read(certificate)
      if (by === null) return null
      return verify('sha256', message, { key: by.key, ...ENCODING }, signature) ? by.signer : null
    },
    signerOf: (certificate) => read(certificate)?.signer ?? null,
  }
}
