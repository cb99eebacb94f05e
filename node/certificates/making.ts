/**
 * Keys, requests and certificates, made by @peculiar/x509: its only importer, loaded where something is to be made and not
 * at each start. What is made holds what docs/design/certificates.md says, and no more.
 */
import 'reflect-metadata'
import { randomBytes, webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  type JsonGeneralNames,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  Pkcs10CertificateRequest,
  Pkcs10CertificateRequestGenerator,
  PublicKey,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import {
  hostNameOf,
  type IdentityClaims,
  INTERMEDIATE_MS,
  identityUris,
  LEAF_MS,
  ROOT_MS,
  SKEW_MS,
} from '../../protocols/credentials/index.ts'
import { keyOfNode, type NodeId } from '../../protocols/wire/index.ts'
import { isPermittedAddress, nameConstraints, rootConstraints } from './name-constraints.ts'

const { subtle } = webcrypto

const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const NAME_CONSTRAINTS = '2.5.29.30'
const SERIAL_BYTES = 16

type Key = webcrypto.CryptoKey

/** Chromium takes no Ed25519 in a chain, so whatever signs or serves is P-256. */
const generate = (): Promise<webcrypto.CryptoKeyPair> => subtle.generateKey(P256, true, ['sign', 'verify'])

/** A key as it is kept: PKCS #8 in DER. A secret. */
const exportKey = async (key: Key): Promise<Uint8Array> =>
  new Uint8Array(await subtle.exportKey('pkcs8', key))

const importKey = (pkcs8: Uint8Array): Promise<Key> =>
  subtle.importKey('pkcs8', pkcs8 as Uint8Array<ArrayBuffer>, P256, false, ['sign'])

const der = (certificate: { readonly rawData: ArrayBuffer }): Uint8Array =>
  new Uint8Array(certificate.rawData)

const parse = (bytes: Uint8Array): X509Certificate => new X509Certificate(bytes as Uint8Array<ArrayBuffer>)

/** Positive, and of full length. */
const serial = (): string => {
  const bytes = randomBytes(SERIAL_BYTES)
  bytes[0] = ((bytes[0] as number) & 0x3f) | 0x40
  return bytes.toString('hex')
}

/** A certificate that signs, and where it is to be signed with. */
export interface Authority {
  readonly certificate: Uint8Array
  /** PKCS #8 in DER. */
  readonly key: Uint8Array
}

const authorityExtensions = (pathLength: number, constraints: Uint8Array) => [
  new BasicConstraintsExtension(true, pathLength, true),
  new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
  new Extension(NAME_CONSTRAINTS, true, constraints as Uint8Array<ArrayBuffer>),
]

/** A new root with its key. */
export const makeRoot = async (meshName: string, wallMs: number): Promise<Authority> => {
  const keys = await generate()
  const root = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: new Name([{ O: ['coterie mesh'] }, { CN: [meshName] }]),
    notBefore: new Date(wallMs - SKEW_MS),
    notAfter: new Date(wallMs + ROOT_MS),
    signingAlgorithm: P256,
    keys,
    extensions: [
      ...authorityExtensions(1, rootConstraints()),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: der(root), key: await exportKey(keys.privateKey) }
}

/** A new key, and the request for a certificate of it (PKCS #10). */
export const makeRequest = async (): Promise<{ readonly request: Uint8Array; readonly key: Uint8Array }> => {
  const keys = await generate()
  const request = await Pkcs10CertificateRequestGenerator.create({ keys, signingAlgorithm: P256 })
  return { request: der(request), key: await exportKey(keys.privateKey) }
}

/** The key in a request, which its own signature proves; null where it is not of the kind that is signed here. */
const keyIn = async (request: Uint8Array): Promise<PublicKey | null> => {
  try {
    const read = new Pkcs10CertificateRequest(request as Uint8Array<ArrayBuffer>)
    const key = await PublicKey.create(read.publicKey)
    const { name, namedCurve } = key.algorithm as Partial<typeof P256>
    return name === P256.name && namedCurve === P256.namedCurve && (await read.verify()) ? key : null
  } catch {
    // The library throws what it likes at bytes that are no request.
    return null
  }
}

interface Certified {
  readonly by: Authority
  readonly subject: readonly Record<string, string[]>[]
  readonly key: PublicKey
  readonly lifeMs: number
  readonly wallMs: number
  /** When it begins; a little before now where it is absent. */
  readonly sinceMs?: number
  readonly extensions: readonly Extension[]
}

const certify = async ({
  by,
  subject,
  key,
  lifeMs,
  wallMs,
  sinceMs = wallMs - SKEW_MS,
  extensions,
}: Certified): Promise<Uint8Array> => {
  const issuer = parse(by.certificate)
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: new Name([...subject]),
    issuer: issuer.subjectName,
    notBefore: new Date(Math.max(sinceMs, issuer.notBefore.getTime())),
    notAfter: new Date(Math.min(wallMs + lifeMs, issuer.notAfter.getTime())),
    signingAlgorithm: P256,
    publicKey: key,
    signingKey: await importKey(by.key),
    extensions: [
      ...extensions,
      await SubjectKeyIdentifierExtension.create(key),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  })
  return der(certificate)
}

/**
 * An intermediate for the node that made the request, signed by the root; null where the request is none. `sinceMs`: that of the one
 * whose place it takes, for the elder issuer outranks the other (docs/design/revocation.md).
 */
export const makeIntermediate = async (
  root: Authority,
  {
    node,
    request,
    mesh,
    sinceMs,
  }: {
    readonly node: NodeId
    readonly request: Uint8Array
    readonly mesh: string
    readonly sinceMs?: number
  },
  wallMs: number,
): Promise<Uint8Array | null> => {
  const key = await keyIn(request)
  if (key === null) return null
  return certify({
    by: root,
    subject: [{ O: ['coterie issuer'] }, { CN: [node] }],
    key,
    lifeMs: INTERMEDIATE_MS,
    wallMs,
    ...(sinceMs !== undefined && { sinceMs }),
    extensions: authorityExtensions(0, nameConstraints(mesh)),
  })
}

const leafExtensions = (names: JsonGeneralNames, purpose: ExtendedKeyUsage) => [
  new BasicConstraintsExtension(false, undefined, true),
  new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
  new ExtendedKeyUsageExtension([purpose]),
  new SubjectAlternativeNameExtension(names),
]

/** The leaf of a node's libp2p key. A node id without a key has none: the connection it came on proved that it has one. */
export const makeIdentityLeaf = async (
  issuer: Authority,
  claims: IdentityClaims,
  mesh: string,
  wallMs: number,
): Promise<Uint8Array> => {
  const raw = keyOfNode(claims.node)
  if (raw === null) throw new TypeError(`${claims.node} is no id of a node`)
  const bytes = raw as Uint8Array<ArrayBuffer>
  const key = await subtle.importKey('raw', bytes, { name: 'Ed25519' }, true, ['verify'])
  const names = [
    ...identityUris(claims, mesh).map((value) => ({ type: 'url' as const, value })),
    { type: 'dns' as const, value: hostNameOf(claims.name, mesh) },
  ]
  return certify({
    by: issuer,
    subject: [{ CN: [claims.name] }],
    key: await PublicKey.create(key),
    lifeMs: LEAF_MS,
    wallMs,
    extensions: leafExtensions(names, ExtendedKeyUsage.clientAuth),
  })
}

/** The leaf of a node's key for HTTPS, for its own name and for those of `hosts` that its issuer may sign; null where the request is none. */
export const makeHttpsLeaf = async (
  issuer: Authority,
  {
    name,
    request,
    hosts,
    mesh,
  }: {
    readonly name: string
    readonly request: Uint8Array
    readonly hosts: readonly string[]
    readonly mesh: string
  },
  wallMs: number,
): Promise<Uint8Array | null> => {
  const key = await keyIn(request)
  if (key === null) return null
  const addresses = new Set(['127.0.0.1', '::1', ...hosts.filter((host) => isIP(host) !== 0)])
  const names = [
    ...[hostNameOf(name, mesh), 'localhost'].map((value) => ({ type: 'dns' as const, value })),
    ...[...addresses].filter(isPermittedAddress).map((value) => ({ type: 'ip' as const, value })),
  ]
  return certify({
    by: issuer,
    subject: [{ CN: [name] }],
    key,
    lifeMs: LEAF_MS,
    wallMs,
    extensions: leafExtensions(names, ExtendedKeyUsage.serverAuth),
  })
}
