/** Addresses as people type them and as nodes tell them to each other: multiaddrs over TCP. */
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { CODE_P2P, type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { ADDRESSES_PER_NODE_MAX } from './limits.ts'

const HOST_KINDS = ['ip4', 'ip6', 'dns', 'dns4', 'dns6']
const PORT_MAX = 65_535
const WILDCARDS = ['0.0.0.0', '::']
/** RFC 1123: labels of letters, digits and inner hyphens; the last one is not a number, or it would be a broken IPv4. */
const HOST_NAME =
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*(?=[a-z0-9-]*[a-z])[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i
const HOST_AND_PORT = /^(?:\[(?<v6>[^\]]+)\]|(?<host>[^:]+))(?::(?<port>\d{1,5}))?$/
/** Bridges and pairs of a container engine: the same on every machine, so they lead nowhere from outside. */
const CONTAINER_INTERFACE = /^(docker\d+|br-[0-9a-f]{12}|veth.*)$/

const invalid = (address: string, detail: string): CoterieError =>
  new CoterieError('addressInvalid', { address, detail })

/**
 * A multiaddr that TCP can dial.
 * @throws `addressInvalid`
 */
export const parseMultiaddr = (address: string): Multiaddr => {
  let parsed: Multiaddr
  try {
    parsed = multiaddr(address)
  } catch (error) {
    throw invalid(address, (error as Error).message)
  }
  const [host, transport, ...rest] = parsed.getComponents()
  if (host === undefined || !HOST_KINDS.includes(host.name)) throw invalid(address, 'it names no host')
  if (transport?.name !== 'tcp') throw invalid(address, 'it names no TCP port')
  if (rest.some((component) => component.code !== CODE_P2P))
    throw invalid(address, 'nodes speak plain TCP only')
  return parsed
}

/**
 * What a person types, as a multiaddr: `HOST`, `HOST:PORT`, `[IPV6]:PORT`, a bare IPv6 address, or a multiaddr.
 * @throws `addressInvalid`
 */
export const parseAddress = (text: string, defaultPort: number): string => parse(text, defaultPort, 1)

/** As `parseAddress`, for an address to listen on: port 0 lets the system choose one. @throws `addressInvalid` */
export const parseListenAddress = (text: string, defaultPort: number): string => parse(text, defaultPort, 0)

/** As `parseAddress`, for an address to tell others: they can dial no wildcard. @throws `addressInvalid` */
export const parseAdvertisedAddress = (text: string, defaultPort: number): string => {
  const address = parseAddress(text, defaultPort)
  if (WILDCARDS.includes(hostOf(multiaddr(address))))
    throw invalid(text, 'it stands for every address of a machine, and others need one of them')
  return address
}

const parse = (text: string, defaultPort: number, portMin: number): string => {
  const address = text.trim()
  if (address.startsWith('/')) return parseMultiaddr(address).toString()
  const parts = (isIP(address) === 6 ? { v6: address } : HOST_AND_PORT.exec(address)?.groups) ?? {}
  const port = parts.port === undefined ? defaultPort : Number(parts.port)
  if (port < portMin || port > PORT_MAX) throw invalid(address, `there is no port ${port}`)
  if (parts.v6 !== undefined) {
    if (isIP(parts.v6) !== 6) throw invalid(address, `${parts.v6} is not an IPv6 address`)
    return parseMultiaddr(`/ip6/${parts.v6}/tcp/${port}`).toString()
  }
  if (parts.host === undefined) throw invalid(address, 'it is neither a host nor a multiaddr')
  if (isIP(parts.host) === 4) return `/ip4/${parts.host}/tcp/${port}`
  if (!HOST_NAME.test(parts.host)) throw invalid(address, `${parts.host} is not a host name`)
  return `/dns/${parts.host.toLowerCase()}/tcp/${port}`
}

/** The address with the id that must answer there, so that a dial to the wrong machine fails. */
export const withPeer = (address: string, node: NodeId): Multiaddr =>
  multiaddr(withoutPeer(address)).encapsulate(`/p2p/${node}`)

/** Where an id may stand: behind the port, for a machine may be called `p2p`. */
const PEER = /(?<=\/tcp\/\d+)\/p2p\/.*$/

/** The address alone. */
export const withoutPeer = (address: string): string => address.replace(PEER, '')

/** Its address or name, without protocol and port. */
export const hostOf = (address: Multiaddr): string => address.getComponents()[0]?.value ?? ''

/** The IP address of a direct connection; null of one through a relay. */
export const ipOf = (address: Multiaddr): string | null => {
  const [host, ...rest] = address.getComponents()
  const isDirect = rest.every(({ name }) => name !== 'p2p-circuit')
  return isDirect && (host?.name === 'ip4' || host?.name === 'ip6') ? (host.value ?? null) : null
}

const isLoopback = (address: Multiaddr): boolean => {
  const host = hostOf(address)
  return host.startsWith('127.') || host === '::1'
}

/** True when no address can be reached from another machine. */
export const isLoopbackOnly = (addresses: readonly string[]): boolean =>
  addresses.length > 0 && addresses.every((address) => isLoopback(multiaddr(address)))

/** Addresses of container bridges, which no other machine reaches. */
export const containerHosts = (): Set<string> =>
  new Set(
    Object.entries(networkInterfaces())
      .filter(([name]) => CONTAINER_INTERFACE.test(name))
      .flatMap(([, addresses]) => (addresses ?? []).map(({ address }) => address)),
  )

/**
 * Those of the addresses listened on (wildcards already expanded) that are worth telling others: without loopback
 * and container bridges, unless there is nothing else.
 */
export const dialable = (listening: readonly Multiaddr[]): readonly string[] => {
  const bridges = containerHosts()
  const outside = listening.filter((address) => !isLoopback(address) && !bridges.has(hostOf(address)))
  const chosen = outside.length > 0 ? outside : listening.filter(isLoopback)
  return [...new Set(chosen.map((address) => withoutPeer(address.toString())))].slice(
    0,
    ADDRESSES_PER_NODE_MAX,
  )
}
