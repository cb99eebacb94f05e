/**
 * What proves, within a mesh, who a node is: a chain of leaf, its issuer's intermediate and the mesh's root, each in DER.
 *
 * Guarantees: a private key leaves the node that made it in no call, but for that of `https`, which is for its own doors.
 * Not guaranteed: that a node whose chain is sound is still a member; the log tells, and the gate asks both.
 */
import type { MemberRole } from '../../protocols/decisions/index.ts'
import type { Signer } from '../../protocols/revocations/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'

/** Leaf, intermediate, root. */
export type Chain = readonly Uint8Array[]

/** What a chain proves. */
export interface VerifiedIdentity {
  readonly node: NodeId
  readonly name: string
  readonly role: MemberRole
  readonly capabilities: readonly string[]
  /** Of the leaf, in lower-case hexadecimal; the `kid` of what the node signs. */
  readonly serial: string
  /** The node that issued the leaf. */
  readonly issuer: NodeId
  /** Wall clock. From then on the chain opens nothing but the way to a new one. */
  readonly notAfterMs: number
}

/** What a node sends to get its leaves: its libp2p key is in its id, and proven by the connection that this arrives on. */
export interface CertificateRequest {
  readonly node: NodeId
  /** PKCS #10 in DER, signed by the P-256 key that is to serve HTTPS. */
  readonly https: Uint8Array
  /** Host names and addresses at which its HTTPS is reached; those outside of the mesh's names and private networks are left out. */
  readonly hosts: readonly string[]
  /** By the node's own key, that this request is its own. */
  readonly signature: Uint8Array
}

export interface IssuedCertificates {
  readonly identity: Chain
  readonly https: Chain
}

export interface Certificates {
  /** SHA-256 of the root's DER; what a join token pins. */
  rootHash(): Uint8Array
  /** Proves this node's libp2p identity. */
  identityChain(): Chain
  /** What HTTPS serves, in PEM: P-256 leaf, intermediate, and the root for whoever only knows its hash; and the leaf's key. */
  https(): { readonly certificate: string; readonly key: string }
  /** Called after each renewal; what was asked before is valid for a while still. Returns the end of the subscription. */
  onRenewed(listener: () => void): () => void
  /** @throws `certificateInvalid`, `certificateExpired`, `certificateForeign` */
  verify(chain: Chain, peer: NodeId): VerifiedIdentity
  /**
   * Signs for a member, by what the log says of its name, role and capabilities: here where this node is an issuer, else by
   * asking the issuers one after the other. The same request may be made again.
   * @throws `issuerUnreachable`, `certificateRefused` where it is no member, or its request is not its own
   */
  issue(request: CertificateRequest): Promise<IssuedCertificates>
}

/** The certificates of a machine that is about to join: it has a key, and nobody has signed anything for it. */
export interface Applicant {
  /** Makes the key for HTTPS; the same request again until this process ends. */
  request(): Promise<CertificateRequest>
  /**
   * What a member shows before it is told anything, held against the hash that the token pins, at `atMs` of the wall clock.
   * @throws as `Certificates.verify`
   */
  verify(chain: Chain, peer: NodeId, rootHash: Uint8Array, atMs: number): VerifiedIdentity
  /** Keeps what was signed; on disk when it resolves, and `Certificates` can be opened from it. @throws as `Certificates.verify` */
  accept(issued: IssuedCertificates, rootHash: Uint8Array, atMs: number): Promise<void>
}

/** What the mesh's root stands behind, also where nobody knows the log. */
export interface RootSigning {
  /** By the root's key where it is here, else by this node's intermediate; null where it has neither. @throws `storeCorrupt` */
  sign(message: Uint8Array): Promise<RootSigned | null>
  /** Who signed; null where the root stands behind no such signature. */
  verify(message: Uint8Array, signed: RootSigned): Signer | null
  /** Whose certificate that is; null where the root has not signed it, or it may not sign. */
  signerOf(certificate: Uint8Array): Signer | null
}

export interface RootSigned {
  /** The root's or an intermediate, in DER. */
  readonly certificate: Uint8Array
  /** ECDSA with SHA-256: both numbers, 32 bytes each. */
  readonly signature: Uint8Array
}
