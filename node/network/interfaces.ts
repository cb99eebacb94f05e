/** The network interfaces of this machine: listening on some of them alone, and which of them leads to a host. */
import { BlockList, isIP } from 'node:net'
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'
import { CoterieError } from '../../protocols/errors/index.ts'
import { containerHosts, parseMultiaddr } from './addresses.ts'

const WILDCARDS: ReadonlyMap<string, NetworkInterfaceInfo['family']> = new Map([
  ['0.0.0.0', 'IPv4'],
  ['::', 'IPv6'],
])

/** fe80::/10 (RFC 4291): an address that means something only together with an interface. */
const LINK_SCOPE = /^fe[89ab]/i

/**
 * Where to listen: the wildcards among `listen` (multiaddrs) become the addresses that `interfaces` have now, of the
 * wildcard's family and without those of link scope; any other address must be one of them.
 * @throws `interfaceUnknown` for an interface without an address, `addressInvalid`
 */
export const onInterfaces = (listen: readonly string[], interfaces: readonly string[]): readonly string[] => {
  const present = new Map(Object.entries(networkInterfaces()))
  const own = interfaces.flatMap((name) => {
    const addresses = present.get(name)
    if (addresses === undefined)
      throw new CoterieError('interfaceUnknown', { name, known: [...present.keys()] })
    return addresses.filter(({ address }) => !LINK_SCOPE.test(address))
  })
  const chosen = listen.flatMap((address) => narrowed(address, own, interfaces))
  if (chosen.length > 0) return [...new Set(chosen)]
  const detail = `${interfaces.join(', ')} has no address of its family`
  throw new CoterieError('addressInvalid', { address: listen.join(', '), detail })
}

/** An IPv6 address of link scope together with that scope; null where `info` tells none, and for loopback, which has no IPv6 multicast. */
export const linkLocal = (name: string, { address, internal }: NetworkInterfaceInfo): string | null =>
  !internal && LINK_SCOPE.test(address) ? `${address}%${name}` : null

const narrowed = (
  address: string,
  own: readonly NetworkInterfaceInfo[],
  interfaces: readonly string[],
): readonly string[] => {
  const [host, transport] = parseMultiaddr(address).getComponents()
  const at = (host?.value ?? '').toLowerCase()
  const family = WILDCARDS.get(at)
  if (family !== undefined)
    return own
      .filter((one) => one.family === family)
      .map((one) => `/${family === 'IPv4' ? 'ip4' : 'ip6'}/${one.address}/tcp/${transport?.value}`)
  if (own.some((one) => one.address === at)) return [address]
  const has = own.map((one) => one.address).join(', ')
  const detail = `it is no address of ${interfaces.join(', ')}, which has ${has}`
  throw new CoterieError('addressInvalid', { address, detail })
}

/**
 * The addresses of this machine at which who listens on that IP address is reached: all that it has now for a wildcard, where `::`
 * takes IPv4 as well; without those of link scope and of container bridges.
 */
export const reachedAt = (address: string): readonly string[] => {
  const family = WILDCARDS.get(address)
  if (family === undefined) return [address]
  const bridges = containerHosts()
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((one) => family === 'IPv6' || one.family === family)
    .map((one) => one.address)
    .filter((own) => !LINK_SCOPE.test(own) && !bridges.has(own))
}

/** The network interface that has an address in the same network as this host; null where none has, and for a name. */
export const interfaceTo = (host: string): string | null => {
  const family = isIP(host)
  if (family === 0) return null
  for (const [name, addresses] of Object.entries(networkInterfaces()))
    for (const { address, cidr } of addresses ?? []) {
      if (cidr === null || isIP(address) !== family) continue
      const network = new BlockList()
      network.addSubnet(address, Number(cidr.split('/')[1]), family === 4 ? 'ipv4' : 'ipv6')
      if (network.check(host, family === 4 ? 'ipv4' : 'ipv6')) return name
    }
  return null
}
