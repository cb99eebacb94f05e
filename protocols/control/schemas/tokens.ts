/** Join tokens, as people make, list and revoke them. What a token opens is told once, when it is made. */
import { type Static, Type } from 'typebox'
import { isCidr } from '../../credentials/index.ts'
import {
  CapabilitiesSchema,
  CidrSchema,
  CidrsSchema,
  LabelsSchema,
  MemberRoleSchema,
  TOKEN_LIMITS_MAX,
  TokenHashSchema,
  TokenUsesSchema,
} from '../../decisions/index.ts'
import { NameSchema, NodeIdSchema } from '../../wire/index.ts'
import { Closed, Nullable } from './closed.ts'

/** A year: who wants a token for longer makes another one. */
export const TOKEN_TTL_MS_MAX = 366 * 86_400_000

/** A second is the least that a token tells. */
const TtlSchema = Type.Integer({ minimum: 1_000, maximum: TOKEN_TTL_MS_MAX })

export const NetworkSchema = Type.Refine(
  CidrSchema,
  (value: unknown) => typeof value === 'string' && isCidr(value),
  () => 'must be a network such as 192.0.2.0/24 or 2001:db8::/32',
)

export const TokenRequestSchema = Closed({
  ttlMs: TtlSchema,
  /** Milliseconds from now until it begins to count. */
  startsInMs: Type.Optional(Type.Integer({ minimum: 0, maximum: TOKEN_TTL_MS_MAX })),
  uses: TokenUsesSchema,
  role: MemberRoleSchema,
  capabilities: Type.Optional(CapabilitiesSchema),
  cidrs: Type.Optional(Type.Array(NetworkSchema, { maxItems: TOKEN_LIMITS_MAX })),
  labels: Type.Optional(LabelsSchema),
  /** False where the token shall not say where members are: the machine that joins finds them. */
  addresses: Type.Optional(Type.Boolean()),
})

const TokenNodeSchema = Closed({ id: NodeIdSchema, name: Nullable(NameSchema) })

export const TokenSchema = Closed({
  /** Its hash, by which it is named; who knows that can use nothing. */
  id: TokenHashSchema,
  /** `orphaned`: the node that made it is no member any more. */
  state: Type.Union([
    Type.Literal('valid'),
    Type.Literal('notYetValid'),
    Type.Literal('exhausted'),
    Type.Literal('revoked'),
    Type.Literal('orphaned'),
  ]),
  role: MemberRoleSchema,
  uses: TokenUsesSchema,
  /** Whom it admitted. */
  used: Type.Array(TokenNodeSchema),
  notBeforeMs: Type.Integer(),
  expiresAtMs: Type.Integer(),
  capabilities: CapabilitiesSchema,
  cidrs: CidrsSchema,
  labels: LabelsSchema,
  /** The one node that it admits; null for whoever brings it. */
  only: Nullable(NodeIdSchema),
  by: TokenNodeSchema,
})

export const CreatedTokenSchema = Closed({
  /** What the machine that joins is given; it is kept nowhere. */
  text: Type.String(),
  token: TokenSchema,
})

export const TokensSchema = Closed({ tokens: Type.Array(TokenSchema) })

export const TokenParamsSchema = Closed({
  /** The first of the id's characters that name it alone, or all of them. */
  token: Type.String({ pattern: '^[0-9a-f]{4,64}$' }),
})

export type TokenRequest = Static<typeof TokenRequestSchema>
export type JoinTokenRow = Static<typeof TokenSchema>
export type CreatedToken = Static<typeof CreatedTokenSchema>
export type JoinTokens = Static<typeof TokensSchema>
