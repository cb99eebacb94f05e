/** Where somebody says that a node is: by mDNS, in its own word, or as a person types it. */
import { decode } from 'cborg'
import { parseAddress, parseMultiaddr, withoutPeer, withPeer } from '../../../node/network/addresses.ts'
import {
  announcementsIn,
  type ReceivedRecord,
  recordsOf,
  serviceName,
} from '../../../node/network/discovery/records.ts'
import { ADDRESSES_PER_NODE_MAX } from '../../../node/network/limits.ts'
import type { Random } from '../../../node/ports/clock.ts'
import { pick } from '../../../node/simulation/random.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import { NODES } from '../authors.ts'
import { frameFrom } from '../frames.ts'
import { breach, nothing, type Target, unbroken } from '../target.ts'
import { textFrom, textOfBytes } from '../text-frames.ts'
import { type Tree, treeOf } from '../tree.ts'

const ADDRESSES = [
  '/ip4/192.0.2.7/tcp/7946',
  '/ip6/2001:db8::1/tcp/7946',
  '/dns/attic.example/tcp/1',
  `/ip4/192.0.2.7/tcp/7946/p2p/${NODES[0]}`,
  '/ip4/192.0.2.7/udp/7946/quic-v1',
  '192.0.2.7',
  '192.0.2.7:7946',
  '[2001:db8::1]:80',
  'fe80::1%eth0',
  'attic.example:65535',
]

const self = NODES[0] as string

export const addressTarget: Target = {
  name: 'address',
  codes: ['addressInvalid'],
  open: () => ({
    make: (random) => textFrom(random, ADDRESSES),
    take: (frame) => {
      const parsed = parseAddress(textOfBytes(frame), 7_946)
      const again = unbroken('reading it again', () => parseMultiaddr(parsed).toString())
      if (again !== parsed) breach(`${parsed} is read as ${again}`)
      unbroken('dialling it', () => withPeer(withoutPeer(parsed), self))
    },
    fingerprint: nothing,
  }),
}

const SERVICE = serviceName('0123456789abcdef')

const records = (random: Random): Tree => {
  const addresses = Array.from({ length: 3 }, () => pick(random, ADDRESSES))
  return treeOf(recordsOf(SERVICE, { node: pick(random, NODES), addresses }))
}

/** What a DNS parser may hand over, carried as CBOR here so that a frame has bytes. */
const recordsIn = (frame: Uint8Array): readonly ReceivedRecord[] => {
  let given: unknown
  try {
    given = decode(frame)
  } catch (error) {
    throw new CoterieError('malformedMessage', { what: 'records', detail: (error as Error).message })
  }
  const isRecord = (item: unknown): item is ReceivedRecord =>
    typeof item === 'object' &&
    item !== null &&
    'name' in item &&
    'type' in item &&
    typeof item.name === 'string'
  return Array.isArray(given) ? given.filter(isRecord) : []
}

export const discoveryTarget: Target = {
  name: 'discovery',
  codes: ['malformedMessage'],
  open: () => ({
    make: (random) => frameFrom(random, { valid: records, bounds: [255, 63, 17] }),
    take: (frame) => {
      for (const { node, addresses } of announcementsIn(SERVICE, recordsIn(frame))) {
        if (addresses.length > ADDRESSES_PER_NODE_MAX) breach(`${addresses.length} addresses`)
        for (const address of addresses) unbroken('dialling it', () => withPeer(address, node))
      }
    },
    fingerprint: nothing,
  }),
}
