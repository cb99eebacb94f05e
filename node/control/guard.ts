/**
 * Where a request says it goes, and which page sent it: the first thing that is judged, before who asks. It keeps web pages out,
 * also those that rebind a name of theirs to an address of this machine, and whatever two programs could read in two ways.
 */
import { plainAddress } from '../../protocols/addresses/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { checkForm, type RequestForm } from '../http/index.ts'
import { ECHO_LENGTH_MAX } from './limits.ts'

/** What of a request is looked at; Node's `IncomingMessage` is one. */
export interface Asked extends RequestForm {
  readonly headers: { readonly host?: string | undefined; readonly origin?: string | undefined }
  readonly socket: { readonly localAddress?: string | undefined }
}

/** Throws the coded error with which a request is turned away. */
export type Guard = (asked: Asked) => void

/** Whether a `Host` is one of the door's own; `here` is the address that the connection came to. */
export type OwnHost = (host: string, here: string) => boolean

/**
 * The guard of the unix socket. Host says nothing there. No web page lives on a socket, so a request with an
 * Origin came over a bridge between the two. @throws `requestInvalid`, `originRefused`
 */
export const socketGuard: Guard = (asked) => {
  checkForm(asked)
  refuseOrigin(asked)
}

/**
 * The guard of a port: a `Host` of its own, and where a page asks, one of this very origin.
 * @throws `requestInvalid`, `hostRefused`, `originRefused`
 */
export const portGuard =
  (scheme: 'http' | 'https', isOwn: OwnHost): Guard =>
  (asked) => {
    checkForm(asked)
    checkHost(asked, isOwn)
    const { host, origin } = asked.headers
    if (origin !== `${scheme}://${host?.toLowerCase()}`) refuseOrigin(asked)
  }

/**
 * The guard of the metrics' own port, which asks for no token. On loopback it answers for its own names alone, as the API does;
 * beyond, who reaches it may read. Web pages may not. @throws `requestInvalid`, `hostRefused`, `originRefused`
 */
export const metricsGuard =
  (isOwn: OwnHost): Guard =>
  (asked) => {
    checkForm(asked)
    checkHost(asked, isOwn)
    refuseOrigin(asked)
  }

const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost', '[::1]']

/** The names of a door on loopback, with its port: a page has no other way to name it. */
export const loopbackHosts =
  (address: string, port: () => number): OwnHost =>
  (host) =>
    [...LOOPBACK_HOSTS, bracketed(address)].some((name) => host === `${name}:${port()}`)

/**
 * The names of a door with TLS: those in its certificate, which a browser holds it to, loopback, and the address that was dialled,
 * which no name can be rebound to. With any port, or none, since one may be forwarded to the door's own.
 */
export const certifiedHosts =
  (isCertified: (name: string) => boolean): OwnHost =>
  (host, here) => {
    const [, name = ''] = /^(\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/.exec(host) ?? []
    if (name === '') return false
    const plain = plainAddress(name)
    return LOOPBACK_HOSTS.includes(name) || plain === plainAddress(here) || isCertified(plain)
  }

/** An address as a URL has it. */
export const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address)

const checkHost = ({ headers: { host = '' }, socket }: Asked, isOwn: OwnHost): void => {
  if (!isOwn(host.toLowerCase(), socket.localAddress ?? ''))
    throw new CoterieError('hostRefused', { host: host.slice(0, ECHO_LENGTH_MAX) })
}

const refuseOrigin = ({ headers: { origin } }: Asked): void => {
  if (origin !== undefined)
    throw new CoterieError('originRefused', { origin: origin.slice(0, ECHO_LENGTH_MAX) })
}
