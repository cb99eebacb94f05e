/** Which join tokens there are, and whom each admitted. What a person holds is in `protocols/credentials`; here is its hash. */
import { type Static, Type } from 'typebox'
import { MEMBERS_MAX, NodeIdSchema } from '../wire/index.ts'
import { ACCEPTED, type Members, type Outcome, refuse, TimeSchema } from './names.ts'
import { MemberRoleSchema } from './roles.ts'

/** Tokens that have not expired: one for each member that there may be. */
export const TOKENS_MAX = MEMBERS_MAX

/** Of each kind of limit on one token, so that its text stays short enough for a line and a QR code. */
export const TOKEN_LIMITS_MAX = 4

/** Hash of a token's id, hex of sha256: who reads the log learns no token. */
export const TokenHashSchema = Type.String({ pattern: '^[0-9a-f]{64}$' })

const WORD_LENGTH_MAX = 32

/** What a node may be trusted with, in a word; it stands in the node's certificate. */
export const CapabilitySchema = Type.String({
  maxLength: WORD_LENGTH_MAX,
  pattern: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$',
})

/** `key=value`, by which people tell nodes apart. */
export const LabelSchema = Type.String({
  maxLength: 2 * WORD_LENGTH_MAX,
  pattern: '^[a-z0-9]([a-z0-9./-]*[a-z0-9])?=[A-Za-z0-9._-]*$',
})

/** A network, as `192.0.2.0/24` or `2001:db8::/32`. */
export const CidrSchema = Type.String({ maxLength: 43, pattern: '^[0-9a-f.:]+/[0-9]{1,3}$' })

export const CapabilitiesSchema = Type.Array(CapabilitySchema, { maxItems: TOKEN_LIMITS_MAX })
export const LabelsSchema = Type.Array(LabelSchema, { maxItems: TOKEN_LIMITS_MAX })
export const CidrsSchema = Type.Array(CidrSchema, { maxItems: TOKEN_LIMITS_MAX })
export const TokenUsesSchema = Type.Integer({ minimum: 1, maximum: MEMBERS_MAX })

/** Whom a token admits, and as what. */
const TermsSchema = Type.Object({
  /** The node that made it; it counts while that node is a member. */
  by: NodeIdSchema,
  notBeforeMs: TimeSchema,
  expiresAtMs: TimeSchema,
  usesMax: TokenUsesSchema,
  /** The most that it admits a node as. */
  role: MemberRoleSchema,
  capabilities: CapabilitiesSchema,
  /** Networks from which it may be used; none: from everywhere. */
  cidrs: CidrsSchema,
  labels: LabelsSchema,
  /** The one node that it admits, where it was made for it; absent for whoever brings it. */
  only: Type.Optional(NodeIdSchema),
})

export const TokenCreatedSchema = Type.Object({
  type: Type.Literal('tokenCreated'),
  token: TokenHashSchema,
  ...TermsSchema.properties,
  /** The leader's time. */
  atMs: TimeSchema,
})

export const TokenRevokedSchema = Type.Object({
  type: Type.Literal('tokenRevoked'),
  token: TokenHashSchema,
  /** The leader's time. */
  atMs: TimeSchema,
})

const TokenRowSchema = Type.Object({
  token: TokenHashSchema,
  ...TermsSchema.properties,
  /** The keys that used it, in order. */
  nodes: Type.Array(NodeIdSchema, { maxItems: MEMBERS_MAX }),
  revoked: Type.Boolean(),
})

export const TokensSchema = Type.Object({
  asOfMs: TimeSchema,
  rows: Type.Array(TokenRowSchema, { maxItems: TOKENS_MAX }),
})

export type TokenHash = Static<typeof TokenHashSchema>
export type TokenTerms = Readonly<Static<typeof TermsSchema>>
export type TokenRow = Readonly<Static<typeof TokenRowSchema>>

/** Whether a token admits a key at a time, or why not. */
export type TokenVerdict =
  | 'admits'
  | 'unknown'
  | 'revoked'
  | 'orphaned'
  | 'notYetValid'
  | 'expired'
  | 'exhausted'
  | 'forAnother'

const REASONS: Readonly<Record<Exclude<TokenVerdict, 'admits'>, string>> = {
  unknown: 'there is no such token',
  revoked: 'the token was revoked',
  orphaned: 'the node that made the token is no member any more',
  notYetValid: 'the token is not valid yet',
  expired: 'the token has expired',
  exhausted: 'the token was used as often as it may be',
  forAnother: 'the token is for another machine',
}

/** Judges the use of a token by `node` at a leader's time. A key that used it may use it again: its reply may have been lost. */
export const judgeToken = (
  row: TokenRow | undefined,
  { node, atMs, members }: { readonly node: string; readonly atMs: number; readonly members: Members },
): TokenVerdict => {
  if (row === undefined) return 'unknown'
  if (row.revoked) return 'revoked'
  if (!members.has(row.by)) return 'orphaned'
  if (row.expiresAtMs <= atMs) return 'expired'
  if (row.notBeforeMs > atMs) return 'notYetValid'
  if (row.nodes.includes(node)) return 'admits'
  if (row.nodes.length >= row.usesMax) return 'exhausted'
  return row.only === undefined || row.only === node ? 'admits' : 'forAnother'
}

/**
 * Kept until they expire, by the greatest time that a leader wrote into an entry about tokens. That time never falls: what expired
 * by one clock is not valid again by another.
 */
export const createTokens = (members: Members) => {
  const rows = new Map<TokenHash, TokenRow>()
  let asOfMs = 0

  const passTo = (atMs: number): void => {
    if (atMs <= asOfMs) return
    asOfMs = atMs
    for (const [token, { expiresAtMs }] of rows) if (expiresAtMs <= asOfMs) rows.delete(token)
  }

  return {
    rows: rows as ReadonlyMap<TokenHash, TokenRow>,
    asOfMs: (): number => asOfMs,
    create: ({ type: _, atMs, ...row }: Static<typeof TokenCreatedSchema>): Outcome => {
      passTo(atMs)
      if (rows.has(row.token)) return ACCEPTED
      if (!members.has(row.by)) return refuse(REASONS.orphaned)
      if (row.expiresAtMs <= asOfMs) return refuse(REASONS.expired)
      if (rows.size >= TOKENS_MAX)
        return refuse(`there are ${TOKENS_MAX} tokens; wait until one of them expires`)
      rows.set(row.token, { ...row, nodes: [], revoked: false })
      return ACCEPTED
    },
    revoke: ({ token, atMs }: Static<typeof TokenRevokedSchema>): Outcome => {
      passTo(atMs)
      const row = rows.get(token)
      if (row === undefined) return refuse(REASONS.unknown)
      rows.set(token, { ...row, revoked: true })
      return ACCEPTED
    },
    /** By what `node` is admitted, or why it is not; nothing is used up before the admission stands, which `use` is for. */
    judge: (token: TokenHash, node: string, atMs: number): TokenRow | string => {
      passTo(atMs)
      const row = rows.get(token)
      const verdict = judgeToken(row, { node, atMs: asOfMs, members })
      return verdict === 'admits' ? (row as TokenRow) : REASONS[verdict]
    },
    use: (row: TokenRow, node: string): void => {
      if (!row.nodes.includes(node)) rows.set(row.token, { ...row, nodes: [...row.nodes, node].sort() })
    },
    restore: (restored: Static<typeof TokensSchema>): void => {
      rows.clear()
      asOfMs = restored.asOfMs
      for (const row of restored.rows) rows.set(row.token, row)
    },
  }
}
