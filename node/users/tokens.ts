/** Makes and verifies the tokens of users; the only importer of jose, which is loaded when the first is made or shown. */
import type { KeyObject } from 'node:crypto'
import type { errors, JWTPayload, JWTVerifyGetKey } from 'jose'
import type { LoginTokens } from '../../protocols/control/index.ts'
import {
  ACCESS_S,
  type AccessClaims,
  AUDIENCES,
  CLOCK_TOLERANCE_S,
  parseAccessClaims,
  parseRefreshClaims,
  parseTokenHeader,
  REFRESH_AUDIENCE,
  REFRESH_S,
  type RefreshClaims,
  type SessionId,
  sessionEndMs,
  TOKEN_ALGORITHM,
  TOKEN_LENGTH_MAX,
  TOKEN_TYPES,
} from '../../protocols/credentials/index.ts'
import type { Account } from '../../protocols/decisions/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'

export interface TokensComponents {
  readonly clock: Pick<Clock, 'wallMs'>
  /** This node's. */
  readonly privateKey: KeyObject
  /** That of a member; null for whoever is none. */
  publicKeyOf(node: NodeId): KeyObject | null
}

export interface TokensInit {
  readonly self: NodeId
  readonly mesh: string
}

export interface Issue {
  readonly account: Pick<Account, 'account' | 'kind'>
  readonly epoch: number
  readonly session: SessionId
  readonly turn: number
}

export interface TokenMaker {
  issue(issue: Issue): Promise<LoginTokens>
  /** Claims that a member signed, in time. @throws `tokenRefused` */
  readAccess(token: string): Promise<AccessClaims>
  /** The same of a refresh token, and which node issued it. @throws `tokenRefused` */
  readRefresh(token: string): Promise<{ readonly claims: RefreshClaims; readonly issuer: NodeId }>
}

const loadJose = () => import('jose')

const refused = (detail: string, cause?: unknown) => new CoterieError('tokenRefused', { detail }, { cause })

/** In words of ours: a library's are its own affair, and may repeat what a stranger sent. */
const WHY: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: 'it has expired',
  ERR_JOSE_ALG_NOT_ALLOWED: `it is not signed by ${TOKEN_ALGORITHM}`,
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'its signature is not that of the node that it names',
}
const CLAIMS: Readonly<Record<string, string>> = {
  aud: 'it is for another audience',
  iss: 'it is of another mesh',
  nbf: 'it is not valid yet; is the clock of this machine right',
  typ: 'it is of another type',
}

const whyOf = (error: unknown, { JOSEError, JWTClaimValidationFailed }: typeof errors): CoterieError => {
  if (isCoterieError(error)) return error
  if (!(error instanceof JOSEError)) throw error
  const claim = error instanceof JWTClaimValidationFailed ? CLAIMS[error.claim] : undefined
  return refused(claim ?? WHY[error.code] ?? 'it is no token of this mesh', error)
}

export const createTokens = (
  { clock, privateKey, publicKeyOf }: TokensComponents,
  { self, mesh }: TokensInit,
): TokenMaker => {
  /** The key comes from the members alone; nothing in a token says where another one would be. */
  const keyOf: JWTVerifyGetKey = (header) => {
    const key = publicKeyOf(parseTokenHeader(header).kid)
    if (key === null) throw refused('it was issued by no member of this mesh')
    return key
  }
  const read = async (token: string, typ: string, audience: string | string[]) => {
    if (token.length > TOKEN_LENGTH_MAX) throw refused('it is too long')
    const { jwtVerify, errors } = await loadJose()
    try {
      const { payload, protectedHeader } = await jwtVerify(token, keyOf, {
        algorithms: [TOKEN_ALGORITHM],
        typ,
        audience,
        issuer: mesh,
        currentDate: new Date(clock.wallMs()),
        clockTolerance: CLOCK_TOLERANCE_S,
        requiredClaims: ['sub', 'exp', 'nbf', 'iat', 'sid'],
      })
      return { payload, header: parseTokenHeader(protectedHeader) }
    } catch (error) {
      throw whyOf(error, errors)
    }
  }
  const sign = async (typ: string, claims: JWTPayload): Promise<string> => {
    const { SignJWT } = await loadJose()
    return new SignJWT(claims).setProtectedHeader({ alg: TOKEN_ALGORITHM, kid: self, typ }).sign(privateKey)
  }

  return {
    issue: async ({ account, epoch, session, turn }) => {
      const iat = Math.floor(clock.wallMs() / 1000)
      const end = Math.floor(sessionEndMs(session) / 1000)
      const accessUntil = Math.min(iat + ACCESS_S, end)
      const refreshUntil = Math.min(iat + REFRESH_S, end)
      const common = { iss: mesh, sub: account.account, sid: session, epoch, iat, nbf: iat }
      const access = { ...common, aud: AUDIENCES[account.kind], exp: accessUntil }
      const refresh = { ...common, aud: REFRESH_AUDIENCE, exp: refreshUntil, turn }
      return {
        access: await sign(TOKEN_TYPES.access, access),
        accessUntilMs: accessUntil * 1000,
        refresh: await sign(TOKEN_TYPES.refresh, refresh),
        refreshUntilMs: refreshUntil * 1000,
      }
    },
    readAccess: async (token) =>
      parseAccessClaims((await read(token, TOKEN_TYPES.access, Object.values(AUDIENCES))).payload),
    readRefresh: async (token) => {
      const { payload, header } = await read(token, TOKEN_TYPES.refresh, REFRESH_AUDIENCE)
      return { claims: parseRefreshClaims(payload), issuer: header.kid }
    },
  }
}
