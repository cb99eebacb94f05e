/** The root of the mesh, and who issues certificates under it. See docs/design/certificates.md. */
import { type Static, Type } from 'typebox'
import { BytesSchema, MEMBERS_MAX, type NodeId, NodeIdSchema } from '../wire/index.ts'
import { CredentialIdSchema } from './credentials.ts'
import { ACCEPTED, type Outcome, refuse, TimeSchema } from './names.ts'

/** In DER. What it certifies is judged by whoever uses it. */
const CertificateSchema = BytesSchema(1, 2_560)

export const IssuerSchema = Type.Object({ node: NodeIdSchema, certificate: CertificateSchema })

/** What a mesh begins with: its root, and its founder's intermediate. */
export const TrustSchema = Type.Object({
  root: CertificateSchema,
  issuers: Type.Array(IssuerSchema, { maxItems: MEMBERS_MAX }),
})
export type Trust = Static<typeof TrustSchema>

/** By whoever holds the root's key: a member may issue, from now on with this intermediate. */
export const IssuerGrantedSchema = Type.Object({
  type: Type.Literal('issuerGranted'),
  node: NodeIdSchema,
  certificate: CertificateSchema,
  atMs: TimeSchema,
})

/** A member issues no more, and what it issued counts no more. */
export const IssuerRevokedSchema = Type.Object({
  type: Type.Literal('issuerRevoked'),
  node: NodeIdSchema,
  /** Its intermediate. */
  credential: CredentialIdSchema,
  /** When that would end anyway. */
  expiresAtMs: TimeSchema,
  /** The time where it was asked for. */
  atMs: TimeSchema,
})

/** `revoke`: lets a credential count no more. */
export const createIssuers = (components: {
  readonly members: { has(node: NodeId): boolean }
  readonly credentials: {
    readonly revocations: { has(credential: string): boolean }
    revoke(revoked: {
      readonly credential: string
      readonly expiresAtMs: number
      readonly reason: string
      readonly atMs: number
    }): Outcome
  }
}) => {
  const { members, credentials } = components
  const issuers = new Map<NodeId, Uint8Array>()
  let root: Uint8Array | null = null

  const put = (trust: Trust | null | undefined): void => {
    issuers.clear()
    root = trust?.root ?? null
    for (const { node, certificate } of trust?.issuers ?? []) issuers.set(node, certificate)
  }

  return {
    root: (): Uint8Array | null => root,
    all: issuers as ReadonlyMap<NodeId, Uint8Array>,
    found: put,
    restore: put,
    grant: ({ node, certificate }: Static<typeof IssuerGrantedSchema>): Outcome => {
      if (root === null) return refuse('the mesh has no root')
      if (!members.has(node)) return refuse(`there is no node ${node}`)
      issuers.set(node, certificate)
      return ACCEPTED
    },
    revoke: ({ node, credential, expiresAtMs, atMs }: Static<typeof IssuerRevokedSchema>): Outcome => {
      // Said again: it may have been granted another one since.
      if (credentials.revocations.has(credential)) return ACCEPTED
      if (!issuers.has(node)) return refuse(`node ${node} is no issuer`)
      if (issuers.size === 1) return refuse(`node ${node} is the last issuer; grant another one first`)
      const outcome = credentials.revoke({ credential, expiresAtMs, reason: 'its issuer was revoked', atMs })
      if (outcome.ok) issuers.delete(node)
      return outcome
    },
    /**
     * Whoever left issues nothing; what it issued counts until it is renewed. `revoked`: its intermediate counts no more, unless
     * nobody is left who could issue anything in its place.
     */
    remove: (
      node: NodeId,
      revoked?: { readonly credential: string; readonly expiresAtMs: number; readonly atMs: number },
    ): void => {
      issuers.delete(node)
      if (revoked !== undefined && issuers.size > 0)
        credentials.revoke({ ...revoked, reason: 'its issuer was revoked' })
    },
  }
}
