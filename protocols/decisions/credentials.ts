/** What was revoked before its end. */
import { type Static, Type } from 'typebox'
import { ACCEPTED, type Outcome, ReasonSchema, refuse, TimeSchema } from './names.ts'

/** What was revoked and has not expired: ten certificates of each member that there may be. */
export const REVOCATIONS_MAX = 10_000

/** Hash of a certificate, hex of sha256. */
export const CredentialIdSchema = Type.String({ pattern: '^[0-9a-f]{64}$' })

export const CredentialRevokedSchema = Type.Object({
  type: Type.Literal('credentialRevoked'),
  credential: CredentialIdSchema,
  /** From then on it would count no more anyway. */
  expiresAtMs: TimeSchema,
  reason: ReasonSchema,
  /** The leader's time. */
  atMs: TimeSchema,
})

const RevocationSchema = Type.Object({
  credential: CredentialIdSchema,
  expiresAtMs: TimeSchema,
  reason: ReasonSchema,
})

export const CredentialsSchema = Type.Object({
  asOfMs: TimeSchema,
  revocations: Type.Array(RevocationSchema, { maxItems: REVOCATIONS_MAX }),
})

export type CredentialId = Static<typeof CredentialIdSchema>
export type Revocation = Readonly<Static<typeof RevocationSchema>>

/**
 * Kept until they expire, by the greatest time that a leader wrote into an entry. That time never falls: what expired by one
 * clock is not valid again by another.
 */
export const createCredentials = () => {
  const revocations = new Map<CredentialId, Revocation>()
  let asOfMs = 0

  const passTo = (atMs: number): void => {
    if (atMs <= asOfMs) return
    asOfMs = atMs
    for (const [id, { expiresAtMs }] of revocations) if (expiresAtMs <= asOfMs) revocations.delete(id)
  }

  return {
    revocations: revocations as ReadonlyMap<CredentialId, Revocation>,
    asOfMs: (): number => asOfMs,
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
      revocations.clear()
      asOfMs = restored.asOfMs
      for (const row of restored.revocations) revocations.set(row.credential, row)
    },
  }
}
