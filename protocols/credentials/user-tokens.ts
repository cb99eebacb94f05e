/**
 * The tokens of users: JWTs (RFC 7519) signed with the Ed25519 key of the node that issued them. Here is what they say;
 * signing and verifying is the business of their library.
 */
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AccountIdSchema } from '../decisions/index.ts'
import { CoterieError } from '../errors/index.ts'
import { NodeIdSchema } from '../wire/index.ts'

/** RFC 8037; the name that all libraries know. */
export const TOKEN_ALGORITHM = 'EdDSA'

/** Seconds that an access token is good for. With the tolerance it is never good for more than 15 minutes. */
export const ACCESS_S = 14 * 60
/** Seconds by which the clocks of two nodes may differ. */
export const CLOCK_TOLERANCE_S = 30
/** Seconds between two refreshes: a week off work ends a session. */
export const REFRESH_S = 7 * 24 * 3600
/** Seconds of a session. */
export const SESSION_S = 30 * 24 * 3600

/** Characters of a token: an honest one has about 500. */
export const TOKEN_LENGTH_MAX = 2_048

/** What each kind of token says it is, so that none passes for another. */
export const TOKEN_TYPES = { access: 'access+jwt', refresh: 'refresh+jwt' } as const
/** For whom access tokens are good. */
export const AUDIENCES = { person: 'coterie-user', machine: 'coterie-machine' } as const
export const REFRESH_AUDIENCE = 'coterie-refresh'

const SecondsSchema = Type.Integer({ minimum: 0, maximum: 99_999_999_999 })

/** 16 random bytes in hex, a full stop, and the second at which the session ends: so whoever hears of its end knows how long to keep that. */
export const SessionIdSchema = Type.String({ pattern: '^[0-9a-f]{32}\\.[0-9]{10,11}$' })
export type SessionId = Static<typeof SessionIdSchema>

/** Wall milliseconds at which a session ends in any case. */
export const sessionEndMs = (session: SessionId): number =>
  Number(session.slice(session.indexOf('.') + 1)) * 1_000

const common = {
  /** The mesh. */
  iss: Type.String({ pattern: '^[0-9a-f]{16}$' }),
  sub: AccountIdSchema,
  sid: SessionIdSchema,
  /** The epoch of the account at which the session began. */
  epoch: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  iat: SecondsSchema,
  nbf: SecondsSchema,
  exp: SecondsSchema,
}

const AccessClaimsSchema = Type.Object({
  ...common,
  aud: Type.Union([Type.Literal(AUDIENCES.person), Type.Literal(AUDIENCES.machine)]),
})
const RefreshClaimsSchema = Type.Object({
  ...common,
  aud: Type.Literal(REFRESH_AUDIENCE),
  /** Rises by one with each refresh of the session. */
  turn: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
})
/** Nothing else: a header that names a place for keys, or a key, is a trick. */
const HeaderSchema = Type.Object(
  {
    alg: Type.Literal(TOKEN_ALGORITHM),
    kid: NodeIdSchema,
    typ: Type.Union([Type.Literal(TOKEN_TYPES.access), Type.Literal(TOKEN_TYPES.refresh)]),
  },
  { additionalProperties: false },
)

export type AccessClaims = Static<typeof AccessClaimsSchema>
export type RefreshClaims = Static<typeof RefreshClaimsSchema>
export type TokenHeader = Static<typeof HeaderSchema>

const checks = {
  header: Compile(HeaderSchema),
  access: Compile(AccessClaimsSchema),
  refresh: Compile(RefreshClaimsSchema),
}

const refused = (detail: string) => new CoterieError('tokenRefused', { detail })

/** @throws `tokenRefused` */
export const parseTokenHeader = (header: unknown): TokenHeader => {
  if (checks.header.Check(header)) return header
  throw refused('its header is not that of a token of this mesh')
}

/** Claims whose signature, times, issuer and audience were verified. @throws `tokenRefused` */
export const parseAccessClaims = (claims: unknown): AccessClaims => {
  if (!checks.access.Check(claims)) throw refused('its claims are not those of an access token')
  // Whoever issues for longer does not keep to what every node was promised.
  if (claims.exp - claims.iat > ACCESS_S || claims.nbf < claims.iat) throw refused('it is good for too long')
  return claims
}

/** @throws `tokenRefused` */
export const parseRefreshClaims = (claims: unknown): RefreshClaims => {
  if (checks.refresh.Check(claims)) return claims
  throw refused('its claims are not those of a refresh token')
}
