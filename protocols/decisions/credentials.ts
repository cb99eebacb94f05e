/** Which join tokens were used by whom, and what was revoked before its end. */
import { type Static, Type } from 'typebox'
import { MEMBERS_MAX, NodeIdSchema } from '../wire/index.ts'
import { ACCEPTED, type Outcome, ReasonSchema, refuse, TimeSchema } from './names.ts'

/** Tokens that were used and have not expired: one for each member that there may be. */
export const TOKENS_MAX = MEMBERS_MAX
/** What was revoked and has not expired: ten certificates of each member that there may be. */
export const REVOCATIONS_MAX = 10_000

/** Hash of a token or a certificate, hex of sha256. */
export const CredentialIdSchema = Type.String({ pattern: '^[0-9a-f]{64}$' })

/** Its use by a node's key; the same key may use it again, for its reply may have been lost. */
export const TokenConsumedSchema = Type.Object({
  type: Type.Literal('tokenConsumed'),
  token: CredentialIdSchema,
  node: NodeIdSchema,
  usesMax: Type.Integer({ minimum: 1, maximum: MEMBERS_MAX }),
  expiresAtMs: TimeSchema,
  /** The leader's time. */
  atMs: TimeSchema,
})

export const CredentialRevokedSchema = Type.Object({
  type: Type.Literal('credentialRevoked'),
  credential: CredentialIdSchema,
  /** From then on it would count no more anyway. */
  expiresAtMs: TimeSchema,
  reason: ReasonSchema,
  /** The leader's time. */
  atMs: TimeSchema,
})

const TokenSchema = Type.Object({
  token: CredentialIdSchema,
  expiresAtMs: TimeSchema,
  /** The keys that used it, in order. */
  nodes: Type.Array(NodeIdSchema, { minItems: 1, maxItems: MEMBERS_MAX }),
})

const RevocationSchema = Type.Object({
  credential: CredentialIdSchema,
  expiresAtMs: TimeSchema,
  reason: ReasonSchema,
})

export const CredentialsSchema = Type.Object({
  asOfMs: TimeSchema,
  tokens: Type.Array(TokenSchema, { maxItems: TOKENS_MAX }),
  revocations: Type.Array(RevocationSchema, { maxItems: REVOCATIONS_MAX }),
})

export type CredentialId = Static<typeof CredentialIdSchema>
export type ConsumedToken = Readonly<Static<typeof TokenSchema>>
export type Revocation = Readonly<Static<typeof RevocationSchema>>

/**
 * Kept until they expire, by the greatest time that a leader wrote into an entry. That time never falls: what expired by one
 * clock is not valid again by another.
 */
export const createCredentials = () => {
  const tokens = new Map<CredentialId, ConsumedToken>()
  const revocations = new Map<CredentialId, Revocation>()
  let asOfMs = 0

  const passTo = (atMs: number): void => {
    if (atMs <= asOfMs) return
    asOfMs = atMs
    for (const table of [tokens, revocations])
      for (const [id, { expiresAtMs }] of table) if (expiresAtMs <= asOfMs) table.delete(id)
  }

  return {
    tokens: tokens as ReadonlyMap<CredentialId, ConsumedToken>,
    revocations: revocations as ReadonlyMap<CredentialId, Revocation>,
    asOfMs: (): number => asOfMs,
    consume: (decision: Static<typeof TokenConsumedSchema>): Outcome => {
      const { token, node, usesMax, expiresAtMs, atMs } = decision
      passTo(atMs)
      if (expiresAtMs <= asOfMs) return refuse('the token has expired')
      if (revocations.has(token)) return refuse('the token was revoked')
      const known = tokens.get(token)
      if (known?.nodes.includes(node)) return ACCEPTED
      if (known === undefined && tokens.size >= TOKENS_MAX)
        return refuse(`${TOKENS_MAX} tokens are in use; wait until one of them expires`)
      const nodes = known?.nodes ?? []
      if (nodes.length >= usesMax)
        return refuse(`the token was used ${nodes.length} times, and admits no more`)
      const latestMs = Math.max(expiresAtMs, known?.expiresAtMs ?? 0)
      tokens.set(token, { token, expiresAtMs: latestMs, nodes: [...nodes, node].sort() })
      return ACCEPTED
    },
    revoke: (decision: Omit<Static<typeof CredentialRevokedSchema>, 'type'>): Outcome => {
      const { credential, expiresAtMs, reason, atMs } = decision
      passTo(atMs)
      const known = revocations.get(credential)
      if (expiresAtMs <= Math.max(asOfMs, known?.expiresAtMs ?? 0)) return ACCEPTED
      if (known === undefined && revocations.size >= REVOCATIONS_MAX)
        return refuse(`${REVOCATIONS_MAX} credentials are revoked; wait until one of them expires`)
      revocations.set(credential, { credential, expiresAtMs, reason })
      return ACCEPTED
    },
    restore: (restored: Static<typeof CredentialsSchema>): void => {
      tokens.clear()
      revocations.clear()
      asOfMs = restored.asOfMs
      for (const row of restored.tokens) tokens.set(row.token, row)
      for (const row of restored.revocations) revocations.set(row.credential, row)
    },
  }
}
