/** The parts of the network that one packet to everybody reaches: one for each interface and family. */
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'
import { linkLocal } from '../../interfaces.ts'
import type { Interfaces } from '../interface-sockets.ts'

/** Link-local, transient, and nobody else's as far as is known (RFC 4291, section 2.7). */
const IPV6_GROUP = 'ff12::c07e:7e1e'

/** Segments used at once; a machine with more is a container host, and its first ones are real. */
const SEGMENTS_MAX = 32

export interface Segment {
  /** Names it: the interface and our address there. */
  readonly key: string
  readonly family: 'udp4' | 'udp6'
  /** Our address, with its scope. */
  readonly local: string
  /** Where everybody listens: the broadcast address, or the group with its scope. */
  readonly everybody: string
}

const octetsOf = (address: string): readonly number[] => address.split('.').map(Number)

/** The last address of a network, which means all of it; null where a network has two addresses or one. */
export const broadcastAddress = (address: string, netmask: string): string | null => {
  const mask = octetsOf(netmask)
  if ((mask[3] as number) >= 254) return null
  return octetsOf(address)
    .map((octet, place) => octet | (~(mask[place] as number) & 255))
    .join('.')
}

const segmentOf = (name: string, info: NetworkInterfaceInfo): Segment | null => {
  const { family, address, netmask } = info
  const key = `${name} ${address}`
  if (family === 'IPv4') {
    const everybody = broadcastAddress(address, netmask)
    return everybody === null ? null : { key, family: 'udp4', local: address, everybody }
  }
  const local = linkLocal(name, info)
  return local === null ? null : { key, family: 'udp6', local, everybody: `${IPV6_GROUP}%${name}` }
}

/** The segments of these interfaces; all of them have loopback among them: nodes of one machine may listen there. */
export const segmentsOf = (which: Interfaces): readonly Segment[] =>
  Object.entries(networkInterfaces())
    .flatMap(([name, addresses]) => (addresses ?? []).map((info) => ({ name, info })))
    .filter(
      ({ name, info }) => which === 'all' || (which === 'loopback' ? info.internal : which.includes(name)),
    )
    .flatMap(({ name, info }) => segmentOf(name, info) ?? [])
    .slice(0, SEGMENTS_MAX)
