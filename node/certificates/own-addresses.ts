/** The addresses at which a node's HTTPS is reached, as far as its leaf can hold them. */
import { isIP, SocketAddress } from 'node:net'
import { plainAddress } from '../../protocols/addresses/index.ts'
import { HOSTS_MAX } from '../../protocols/credentials/index.ts'
import { isPermittedAddress } from './name-constraints.ts'

/** The one way of writing an address that counts here (RFC 5952); OpenSSL writes IPv6 in another one. */
const canonical = (address: string): string =>
  isIP(address) === 6 ? new SocketAddress({ address, family: 'ipv6' }).address : address

/** Those of the hosts that an issuer signs for, the first ones first. */
export const certifiable = (hosts: readonly string[]): readonly string[] => {
  const addresses = hosts.map(plainAddress).filter((host) => isIP(host) !== 0)
  return [...new Set(addresses.filter(isPermittedAddress).map(canonical))].slice(0, HOSTS_MAX)
}

/** Whether all that could be certified is. */
export const areCertified = (
  hosts: readonly string[],
  { addresses }: { readonly addresses: readonly string[] },
): boolean => {
  const certified = new Set(addresses.map(canonical))
  return certifiable(hosts).every((address) => certified.has(address))
}
