/** What an IP address tells by itself, in the text that a system writes. Names are none of this. */

/** Without brackets, zone, and the IPv6 form of an IPv4 address (RFC 4291, section 2.5.5.2); lower case. */
export const plainAddress = (text: string): string =>
  text
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/%.*$/, '')
    .replace(/^::ffff:(?=\d{1,3}(\.\d{1,3}){3}$)/, '')

/** True for an address that only this machine's own programs can reach. */
export const isLoopbackAddress = (text: string): boolean => {
  const plain = plainAddress(text)
  return plain === '::1' || /^127(\.\d{1,3}){3}$/.test(plain)
}

/** Groups of 16 bits that name an IPv6 network; the rest, a machine gives itself (RFC 4291, section 2.5.1). */
const NETWORK_GROUPS = 4
const GROUPS = 8

/**
 * Who is counted as one where strangers are counted: an IPv4 address, or an IPv6 network of 64 bits, of which one machine has every
 * address. Such as `192.0.2.7` or `2001:db8:0:7::/64`.
 */
export const clientOf = (text: string): string => {
  const plain = plainAddress(text)
  if (!plain.includes(':')) return plain
  const [left = [], right = []] = plain
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''))
  const missing = Math.max(0, GROUPS - left.length - right.length)
  const groups = [...left, ...Array<string>(missing).fill('0'), ...right]
  return `${groups.slice(0, NETWORK_GROUPS).join(':')}::/64`
}
