/**
 * Who may enter by which door. The user who can open the socket needs no token; over TCP every user of the
 * machine and every web page in its browsers can connect, so the token, Host and Origin are checked.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { CoterieError } from '../../protocols/errors/index.ts'
import { ECHO_LENGTH_MAX } from './limits.ts'
import type { ApiToken } from './token.ts'

/** Throws the coded error with which a request is turned away; `open` routes need no token. */
export type Guard = (headers: IncomingHttpHeaders, open: boolean) => void

/**
 * The guard of the unix socket. Host says nothing there. No web page lives on a socket, so a request with an
 * Origin came over a bridge between the two. @throws `originRefused`
 */
export const socketGuard: Guard = ({ origin }) => {
  if (origin !== undefined) refuseOrigin(origin)
}

/**
 * The guard of the TCP port. Host stops names rebound to this address; Origin stops pages of other origins.
 * @throws `hostRefused`, `originRefused`, `tokenMissing`
 */
export const portGuard = (port: () => number, token: ApiToken): Guard => {
  const names = () => ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port()}`)
  return ({ host = '', origin, authorization = '' }, open) => {
    const allowed = names()
    if (!allowed.includes(host.toLowerCase()))
      throw new CoterieError('hostRefused', { host: host.slice(0, ECHO_LENGTH_MAX) })
    if (origin !== undefined && !allowed.some((name) => origin === `http://${name}`)) refuseOrigin(origin)
    if (open) return
    const [scheme = '', given = ''] = authorization.split(' ')
    if (scheme.toLowerCase() !== 'bearer' || !token.matches(given))
      throw new CoterieError('tokenMissing', { path: token.path })
  }
}

const refuseOrigin = (origin: string): never => {
  throw new CoterieError('originRefused', { origin: origin.slice(0, ECHO_LENGTH_MAX) })
}
