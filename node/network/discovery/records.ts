/**
 * What nodes say of themselves over multicast DNS (RFC 6762, RFC 6763).
 *
 * Grammar: the question is PTR `_coterie-TAG._tcp.local`; the answer is that PTR, to `NODE._coterie-TAG._tcp.local`, and a TXT of
 * that name with the strings `id=NODE` and `at=MULTIADDR`, one for each address.
 */
import { ADDRESSES_PER_NODE_MAX } from '../limits.ts'
import { isMultiaddr, isNodeId } from './claims.ts'

/** Seconds that others may remember an answer; nobody of us does. */
const TTL_SECONDS = 120
/** One string of a TXT record (RFC 1035, section 3.3). */
const TXT_STRING_BYTES_MAX = 255
const SERVICE_TAG = /^[a-z0-9-]{1,40}$/

export interface Announcement {
  readonly node: string
  readonly addresses: readonly string[]
}

/** The part of a DNS record that is looked at; anything may stand in it. */
export interface ReceivedRecord {
  readonly name: string
  readonly type: string
  readonly data?: unknown
}

/** The name that the nodes of one mesh ask for. Throws a TypeError on a tag that is not a short DNS label. */
export const serviceName = (tag: string): string => {
  if (!SERVICE_TAG.test(tag)) throw new TypeError(`a service tag is 1 to 40 of a-z, 0-9 and -, not ${tag}`)
  return `_coterie-${tag}._tcp.local`
}

/** The records that answer for a node. */
export const recordsOf = (service: string, { node, addresses }: Announcement) => {
  const name = `${node}.${service}`
  const texts = addresses.slice(0, ADDRESSES_PER_NODE_MAX).map((address) => `at=${address}`)
  const data = [`id=${node}`, ...texts.filter((text) => Buffer.byteLength(text) <= TXT_STRING_BYTES_MAX)]
  return [
    { name: service, type: 'PTR' as const, ttl: TTL_SECONDS, data: name },
    { name, type: 'TXT' as const, ttl: TTL_SECONDS, data },
  ]
}

const stringsOf = (data: unknown): readonly string[] =>
  (Array.isArray(data) ? data : [data])
    .slice(0, 1 + ADDRESSES_PER_NODE_MAX)
    .filter((item) => typeof item === 'string' || item instanceof Uint8Array)
    .map((item) => (typeof item === 'string' ? item : Buffer.from(item).toString('utf8')))

const valuesOf = (strings: readonly string[], key: string): readonly string[] =>
  strings.filter((text) => text.startsWith(`${key}=`)).map((text) => text.slice(key.length + 1))

/** The nodes of `service` that the records name; what is malformed or of another service is left out. */
export const announcementsIn = (
  service: string,
  records: readonly ReceivedRecord[],
): readonly Announcement[] =>
  records
    .filter(({ name, type }) => type === 'TXT' && name.toLowerCase().endsWith(`.${service}`))
    .flatMap(({ data }) => {
      const strings = stringsOf(data)
      const [node] = valuesOf(strings, 'id').filter(isNodeId)
      const addresses = valuesOf(strings, 'at').filter(isMultiaddr)
      return node === undefined || addresses.length === 0 ? [] : [{ node, addresses }]
    })
