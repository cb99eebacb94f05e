/** The certificates of a running node: in memory, and on disk before anybody sees a change. */
import { createPrivateKey } from 'node:crypto'
import { type CertificateFacts, meshIdOf } from '../../protocols/credentials/index.ts'
import type { Chain, IssuedCertificates } from '../ports/certificates.ts'
import {
  type CertificateFile,
  type Files,
  fromBase64,
  saveCertificates,
  toBase64,
} from './certificate-file.ts'
import type { Authority } from './making.ts'
import { readCertificate, sha256, toPem } from './reading.ts'

export interface Kept {
  readonly root: Uint8Array
  readonly rootHash: Uint8Array
  readonly mesh: string
  identity(): Chain
  /** What the identity leaf says. */
  leaf(): CertificateFacts
  httpsLeaf(): CertificateFacts
  https(): { readonly certificate: string; readonly key: string }
  /** With what this node issues; null where it does not. */
  issuer(): Authority | null
  /** The request and the key with which it is to issue; null where nobody asked for one. */
  issuerKey(): { readonly request: Uint8Array; readonly key: Uint8Array } | null
  /** One after the other; on disk when it resolves. @throws `storeFailed` */
  change(patch: (file: CertificateFile) => CertificateFile): Promise<void>
}

const two = ([leaf, above]: Chain): [string, string] => [
  toBase64(leaf as Uint8Array),
  toBase64(above as Uint8Array),
]

/** What is kept of issued certificates, and of the key that they are for. */
export const fileOf = (
  { identity, https }: IssuedCertificates,
  httpsKey: Uint8Array,
): Pick<CertificateFile, 'identity' | 'https' | 'httpsKey'> => ({
  identity: two(identity),
  https: two(https),
  httpsKey: toBase64(httpsKey),
})

const pemKey = (key: Uint8Array): string =>
  createPrivateKey({ key: Buffer.from(key), format: 'der', type: 'pkcs8' })
    .export({ format: 'pem', type: 'pkcs8' })
    .toString()

/** All that is asked of a file again and again, read once. @throws an Error where it holds no certificates */
const read = (file: CertificateFile, root: Uint8Array) => {
  const identity = [...file.identity.map(fromBase64), root]
  const https = file.https.map(fromBase64)
  return {
    identity,
    leaf: readCertificate(identity[0] as Uint8Array),
    httpsLeaf: readCertificate(https[0] as Uint8Array),
    https: { certificate: [...https, root].map(toPem).join(''), key: pemKey(fromBase64(file.httpsKey)) },
    issuer: file.issuer
      ? { certificate: fromBase64(file.issuer.certificate), key: fromBase64(file.issuer.key) }
      : null,
    issuerKey: file.issuerKey
      ? { request: fromBase64(file.issuerKey.request), key: fromBase64(file.issuerKey.key) }
      : null,
  }
}

/** @throws an Error where the file holds no certificates */
export const keep = (files: Files, kept: CertificateFile): Kept => {
  const root = fromBase64(kept.root)
  const rootHash = sha256(root)
  let file = kept
  let present = read(file, root)
  let writing: Promise<void> = Promise.resolve()
  return {
    root,
    rootHash,
    mesh: meshIdOf(rootHash),
    identity: () => present.identity,
    leaf: () => present.leaf,
    httpsLeaf: () => present.httpsLeaf,
    https: () => present.https,
    issuer: () => present.issuer,
    issuerKey: () => present.issuerKey,
    change: (patch) => {
      const next = writing.then(async () => {
        const changed = patch(file)
        const readable = read(changed, root)
        await saveCertificates(files, changed)
        file = changed
        present = readable
      })
      writing = next.catch(() => undefined)
      return next
    },
  }
}
