/** Networks as people write them: `192.0.2.0/24`, `2001:db8::/32` (RFC 4632, RFC 4291). */

const IPV4_BITS = 32
const IPV6_GROUPS = 8

const parseIpv4 = (text: string): number[] | null => {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part))) return null
  const bytes = parts.map(Number)
  return bytes.every((byte) => byte <= 255) ? bytes : null
}

/** Groups of one side of `::`; the last of all may be an IPv4 address. */
const parseGroups = (text: string, isLast: boolean): number[] | null => {
  if (text === '') return []
  const parts = text.split(':')
  const groups: number[] = []
  for (const [at, part] of parts.entries()) {
    const embedded = isLast && at === parts.length - 1 && part.includes('.') ? parseIpv4(part) : null
    if (embedded !== null) {
      const [a, b, c, d] = embedded as [number, number, number, number]
      groups.push(a * 256 + b, c * 256 + d)
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16))
    else return null
  }
  return groups
}

const parseIpv6 = (text: string): number[] | null => {
  const sides = text.split('::')
  if (sides.length > 2) return null
  const [first = '', second] = sides
  const [head, tail] = [parseGroups(first, second === undefined), parseGroups(second ?? '', true)]
  if (head === null || tail === null) return null
  const missing = IPV6_GROUPS - head.length - tail.length
  if (sides.length === 1 ? missing !== 0 : missing < 1) return null
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail]
  return groups.flatMap((group) => [group >> 8, group & 255])
}

const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255]

/** The bytes of an IP address, 4 or 16; an IPv4 address within IPv6 (RFC 4291, 2.5.5.2) is one of IPv4. Null for anything else. */
const parseIp = (text: string): number[] | null => {
  if (!text.includes(':')) return parseIpv4(text)
  const bytes = parseIpv6(text)
  return bytes !== null && MAPPED.every((byte, at) => bytes[at] === byte) ? bytes.slice(12) : bytes
}

const parseCidr = (text: string): { readonly bytes: readonly number[]; readonly bits: number } | null => {
  const [address = '', prefix = '', ...rest] = text.split('/')
  const bytes = parseIp(address)
  if (bytes === null || rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(prefix)) return null
  const bits = Number(prefix)
  // Of an address that was mapped, its own prefix would count the 96 bits before it.
  if (address.includes(':') && bytes.length * 8 === IPV4_BITS) return null
  return bits <= bytes.length * 8 ? { bytes, bits } : null
}

export const isCidr = (text: string): boolean => parseCidr(text) !== null

/** Whether an IP address is in the network; false for what is no address. */
export const isInCidr = (address: string, cidr: string): boolean => {
  const [ip, network] = [parseIp(address), parseCidr(cidr)]
  if (ip === null || network === null || ip.length !== network.bytes.length) return false
  return ip.every((byte, at) => {
    const bits = Math.min(Math.max(network.bits - at * 8, 0), 8)
    return (byte ^ (network.bytes[at] as number)) >> (8 - bits) === 0
  })
}
