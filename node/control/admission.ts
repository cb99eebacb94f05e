/** Who may enter by which door, after its guard. */
import type { IncomingHttpHeaders } from 'node:http'
import { ROUTES, type RouteKey, type UserRole } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { Caller } from './caller.ts'
import type { ApiToken } from './token.ts'
import type { UserDesk } from './user-desk.ts'

/** Says who asks for that route, which is null where there is none; throws the coded error with which the request is turned away. */
export type Admission = (headers: IncomingHttpHeaders, route: RouteKey | null) => Caller | Promise<Caller>

/** Whoever can open the unix socket is the user who runs the daemon, or root. */
export const localAdmission: Admission = () => LOCAL

const byFile = (name: string, role: UserRole | null): Caller => {
  const caller: Caller = { name, role, kind: 'local', session: null, again: () => caller }
  return caller
}
const LOCAL = byFile('local', 'admin')
const BY_API_TOKEN = byFile('api-token', 'admin')
const BY_METRICS_TOKEN = byFile('metrics-token', 'viewer')
const ANYONE = byFile('anyone', null)
const METRICS_READER = byFile('anyone', 'viewer')

/** Where nothing is asked for, since nothing but metrics is served. */
export const publicAdmission: Admission = () => METRICS_READER

export interface Tokens {
  /** Opens everything; null where nothing does. */
  readonly api: ApiToken | null
  /** Opens the metrics alone. */
  readonly metrics: ApiToken
  /** The file that somebody without a token is told of; null for strangers, whom it is no concern of. */
  readonly told: string | null
}

/** A JWT; no token of a file has full stops in it. */
const USER_TOKEN = /^[\w-]+\.[\w-]+\.[\w-]*$/

/** Over a port every user of the machine, or of the network, can connect. @throws `tokenMissing`, `tokenRefused`, `sessionOver` */
export const tokenAdmission =
  ({ api, metrics, told }: Tokens, users: Pick<UserDesk, 'admit'>): Admission =>
  ({ authorization = '' }, route) => {
    if (route !== null && ROUTES[route].access === 'anyone') return ANYONE
    const [scheme = '', given = ''] = authorization.split(' ')
    if (scheme.toLowerCase() === 'bearer') {
      if (api?.matches(given)) return BY_API_TOKEN
      if (route === 'GET /metrics' && metrics.matches(given)) return BY_METRICS_TOKEN
      if (USER_TOKEN.test(given)) return users.admit(given)
    }
    throw new CoterieError('tokenMissing', { path: told })
  }
