/** Who may enter by which door, after its guard. */
import type { IncomingHttpHeaders } from 'node:http'
import { ROUTES, type RouteKey } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { Caller } from './caller.ts'
import type { ApiToken } from './token.ts'

/** Says who asks for that route, which is null where there is none; throws the coded error with which the request is turned away. */
export type Admission = (headers: IncomingHttpHeaders, route: RouteKey | null) => Caller | Promise<Caller>

/** Whoever can open the unix socket is the user who runs the daemon, or root. */
export const localAdmission: Admission = () => LOCAL

const LOCAL: Caller = { name: 'local', role: 'admin' }
const BY_API_TOKEN: Caller = { name: 'api-token', role: 'admin' }
const BY_METRICS_TOKEN: Caller = { name: 'metrics-token', role: 'viewer' }
const ANYONE: Caller = { name: 'anyone', role: 'viewer' }

/** Where nothing is asked for. */
export const publicAdmission: Admission = () => ANYONE

export interface Tokens {
  /** Opens everything; null where nothing does. */
  readonly api: ApiToken | null
  /** Opens the metrics alone. */
  readonly metrics: ApiToken
  /** The file that somebody without a token is told of; null for strangers, whom it is no concern of. */
  readonly told: string | null
}

/** Over a port every user of the machine, or of the network, can connect. @throws `tokenMissing` */
export const tokenAdmission =
  ({ api, metrics, told }: Tokens): Admission =>
  ({ authorization = '' }, route) => {
    if (route !== null && ROUTES[route].open) return ANYONE
    const [scheme = '', given = ''] = authorization.split(' ')
    if (scheme.toLowerCase() === 'bearer') {
      if (api?.matches(given)) return BY_API_TOKEN
      if (route === 'GET /metrics' && metrics.matches(given)) return BY_METRICS_TOKEN
    }
    throw new CoterieError('tokenMissing', { path: told })
  }
