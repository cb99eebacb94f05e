/**
 * For whom an issuer may sign (RFC 5280, section 4.2.1.10): names of its mesh, this very machine, and addresses that only a
 * private network has. So whoever trusts the root of a mesh in a browser trusts it with nobody else's sites.
 */
import { BlockList, isIPv6 } from 'node:net'
import { domainOf, MESHES_DOMAIN } from '../../protocols/credentials/index.ts'

const [ADDRESS_BYTES_4, ADDRESS_BYTES_6] = [4, 16]

interface Network {
  readonly address: string
  /** The beginning of the address; what follows is 0. */
  readonly first: readonly number[]
  readonly prefix: number
}

/** Private (RFC 1918, RFC 4193), shared (RFC 6598, as VPNs use it), link-local and loopback. */
const NETWORKS: readonly Network[] = [
  { address: '10.0.0.0', first: [10], prefix: 8 },
  { address: '172.16.0.0', first: [172, 16], prefix: 12 },
  { address: '192.168.0.0', first: [192, 168], prefix: 16 },
  { address: '100.64.0.0', first: [100, 64], prefix: 10 },
  { address: '169.254.0.0', first: [169, 254], prefix: 16 },
  { address: '127.0.0.0', first: [127], prefix: 8 },
  { address: 'fc00::', first: [0xfc], prefix: 7 },
  { address: 'fe80::', first: [0xfe, 0x80], prefix: 10 },
  { address: '::1', first: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], prefix: 128 },
]

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv6(address) ? 'ipv6' : 'ipv4')

const permitted = new BlockList()
for (const { address, prefix } of NETWORKS) permitted.addSubnet(address, prefix, familyOf(address))

/** Whether an issuer may sign for that IPv4 or IPv6 address. */
export const isPermittedAddress = (address: string): boolean => permitted.check(address, familyOf(address))

/** Tags of DER, for what is written here. */
const [SEQUENCE, PERMITTED, DNS_NAME, URI, IP_ADDRESS] = [0x30, 0xa0, 0x82, 0x86, 0x87]

/** In as few bytes as can be, or it is no DER: OpenSSL reads it all the same, Chromium does not. */
const lengthBytes = (length: number): Uint8Array => {
  if (length < 0x80) return Uint8Array.of(length)
  return length < 0x100 ? Uint8Array.of(0x81, length) : Uint8Array.of(0x82, length >> 8, length & 0xff)
}

/** One DER element. */
const element = (tag: number, ...parts: readonly Uint8Array[]): Uint8Array => {
  const content = Buffer.concat(parts)
  return Buffer.concat([Uint8Array.of(tag), lengthBytes(content.byteLength), content])
}

const mask = (prefix: number, bytes: number): Uint8Array =>
  Uint8Array.from(
    { length: bytes },
    (_, at) => (0xff << (8 - Math.min(8, Math.max(0, prefix - 8 * at)))) & 0xff,
  )

const subnet = ({ address, first, prefix }: Network): Uint8Array => {
  const bytes = isIPv6(address) ? ADDRESS_BYTES_6 : ADDRESS_BYTES_4
  const base = Uint8Array.from({ length: bytes }, (_, at) => first[at] ?? 0)
  return element(IP_ADDRESS, base, mask(prefix, bytes))
}

/** `host`: of URIs; with a full stop before it, of whatever is below. */
const permitting = (domain: string, host: string): Uint8Array => {
  const names = [
    element(DNS_NAME, Buffer.from(domain)),
    element(DNS_NAME, Buffer.from('localhost')),
    element(URI, Buffer.from(host)),
    ...NETWORKS.map(subnet),
  ]
  return element(SEQUENCE, element(PERMITTED, ...names.map((name) => element(SEQUENCE, name))))
}

/** The value of the extension in an intermediate of that mesh, in DER. */
export const nameConstraints = (mesh: string): Uint8Array => permitting(domainOf(mesh), domainOf(mesh))

/** That in a root, whose hash names the mesh: it can say no more than that it is one of some mesh. */
export const rootConstraints = (): Uint8Array => permitting(MESHES_DOMAIN, `.${MESHES_DOMAIN}`)
