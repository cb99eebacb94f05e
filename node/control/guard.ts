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
  return ({ host = '', origin, authorization = '' }, open) => {
    const allowed = loopbackHosts(port())
    if (!allowed.includes(host.toLowerCase())) refuseHost(host)
    if (origin !== undefined && !allowed.some((name) => origin === `http://${name}`)) refuseOrigin(origin)
    if (open) return
    const [scheme = '', given = ''] = authorization.split(' ')
    if (scheme.toLowerCase() !== 'bearer' || !token.matches(given))
      throw new CoterieError('tokenMissing', { path: token.path })
  }
}

/**
 * The guard of the metrics' own port, which asks for no token. On loopback it answers for its own names alone, as the API does;
 * beyond, who reaches it may read. Web pages may not. @throws `hostRefused`, `originRefused`
 */
export const metricsGuard = (address: string, port: () => number): Guard => {
  const isLoopback = address === '::1' || address.startsWith('127.')
  const hosts = () => [...loopbackHosts(port()), `${address}:${port()}`]
  return ({ host = '', origin }) => {
    if (isLoopback && !hosts().includes(host.toLowerCase())) refuseHost(host)
    if (origin !== undefined) refuseOrigin(origin)
  }
}

const loopbackHosts = (port: number): string[] =>
  ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`)

const refuseHost = (host: string): never => {
  throw new CoterieError('hostRefused', { host: host.slice(0, ECHO_LENGTH_MAX) })
}

const refuseOrigin = (origin: string): never => {
  throw new CoterieError('originRefused', { origin: origin.slice(0, ECHO_LENGTH_MAX) })
}
