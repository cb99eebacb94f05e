/**
 * What the certificates of a mesh say, for how long, and what a chain of them must hold. How X.509 is read and signed is
 * the caller's business. See docs/design/certificates.md.
 *
 * A chain has three certificates: a leaf, the intermediate of the issuer that signed it, and the mesh's root.
 */
import { toString as toText } from 'uint8arrays'
import type { MemberRole } from '../decisions/index.ts'
import type { NodeId } from '../wire/index.ts'

const DAY_MS = 86_400_000

/** Of the certificates of a node: what a lost key is worth at most. */
export const LEAF_MS = 90 * DAY_MS
/** Of an issuer: the root's key is needed so rarely that it may be in a drawer. */
export const INTERMEDIATE_MS = 2 * 365 * DAY_MS
/** Of the root: longer than its machines last. */
export const ROOT_MS = 20 * 365 * DAY_MS
/** By how much clocks may differ: certificates begin so much before they are made. */
export const SKEW_MS = 5 * 60_000

/** Renewal is drawn within these parts of a life: late enough to be rare, early enough to fail for two weeks. */
const RENEW_FROM = 0.5
const RENEW_UNTIL = 0.8

const MESH_ID_LENGTH = 16

/** The id of the mesh with that root (SHA-256 of its DER): whoever knows the id knows the root. */
export const meshIdOf = (rootHash: Uint8Array): string => toText(rootHash, 'base16').slice(0, MESH_ID_LENGTH)

/** Names of machines in any mesh end with this; `internal` is set aside for private use. */
export const MESHES_DOMAIN = 'coterie.internal'

/** The mesh's own names end with this. */
export const domainOf = (mesh: string): string => `${mesh}.${MESHES_DOMAIN}`

export const hostNameOf = (name: string, mesh: string): string => `${name}.${domainOf(mesh)}`

/** What an identity leaf says of its node. */
export interface IdentityClaims {
  readonly node: NodeId
  readonly name: string
  readonly role: MemberRole
  readonly capabilities: readonly string[]
}

/** The same as alternative names, which every tool shows and the name constraints of the intermediate hold. */
export const identityUris = (
  { node, role, capabilities }: Omit<IdentityClaims, 'name'>,
  mesh: string,
): string[] => {
  const base = `coterie://${domainOf(mesh)}`
  return [
    `${base}/node/${node}`,
    `${base}/role/${role}`,
    ...capabilities.map((name) => `${base}/capability/${name}`),
  ]
}

/** What is read of one certificate. */
export interface CertificateFacts {
  /** Lower-case hexadecimal. */
  readonly serial: string
  readonly commonName: string
  readonly notBeforeMs: number
  readonly notAfterMs: number
  readonly isAuthority: boolean
  readonly hostNames: readonly string[]
  readonly addresses: readonly string[]
  readonly uris: readonly string[]
}

/** The claims of an identity leaf of that mesh; null where it is none. */
export const claimsOf = (leaf: CertificateFacts, mesh: string): IdentityClaims | null => {
  const base = `coterie://${domainOf(mesh)}/`
  const said = { node: [] as string[], role: [] as string[], capability: [] as string[] }
  for (const uri of leaf.uris) {
    const [kind = '', value, ...rest] = uri.startsWith(base) ? uri.slice(base.length).split('/') : []
    if (!(kind in said) || value === undefined || rest.length > 0) return null
    said[kind as keyof typeof said].push(value)
  }
  const [node, ...others] = said.node
  const [role, ...moreRoles] = said.role
  if (node === undefined || others.length + moreRoles.length > 0) return null
  if (role !== 'full' && role !== 'edge') return null
  const [hostName, ...moreNames] = leaf.hostNames
  if (hostName !== hostNameOf(leaf.commonName, mesh) || moreNames.length + leaf.addresses.length > 0)
    return null
  return { node, name: leaf.commonName, role, capabilities: said.capability }
}

/** At what time it is renewed; `draw` in [0, 1), so that nodes that joined together do not all ask at once. */
export const renewAtMs = (
  { notBeforeMs, notAfterMs }: Pick<CertificateFacts, 'notBeforeMs' | 'notAfterMs'>,
  draw: number,
): number => {
  const part = RENEW_FROM + draw * (RENEW_UNTIL - RENEW_FROM)
  return Math.round(notBeforeMs + part * (notAfterMs - notBeforeMs))
}

export interface JudgedChain {
  readonly leaf: CertificateFacts
  readonly intermediate: CertificateFacts
  readonly root: CertificateFacts
}

/** Whatever the time: why a chain whose signatures are good proves nothing, for people; null where it proves `node`. */
export const chainFault = (
  { leaf, intermediate, root }: JudgedChain,
  { mesh, node }: { readonly mesh: string; readonly node: NodeId },
): string | null => {
  if (!root.isAuthority || !intermediate.isAuthority) return 'it is signed by what may not sign'
  if (leaf.isAuthority) return 'it is the certificate of an issuer'
  const claims = claimsOf(leaf, mesh)
  if (claims === null) return 'it is no identity of this mesh'
  return claims.node === node ? null : `it is that of ${claims.node}`
}

/** From when and until when all of a chain counts. */
export const lifeOf = ({
  leaf,
  intermediate,
  root,
}: JudgedChain): Pick<CertificateFacts, 'notBeforeMs' | 'notAfterMs'> => ({
  notBeforeMs: Math.max(leaf.notBeforeMs, intermediate.notBeforeMs, root.notBeforeMs),
  notAfterMs: Math.min(leaf.notAfterMs, intermediate.notAfterMs, root.notAfterMs),
})
