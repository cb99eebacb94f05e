/** One multicast DNS socket on one interface: the adapter of multicast-dns. */
import { createSocket } from 'node:dgram'
import makeMdns from 'multicast-dns'
import type { SocketEvents } from './interface-sockets.ts'
import type { ReceivedRecord, recordsOf } from './records.ts'

/** Records of one packet that are looked at; ours has two. */
const RECORDS_MAX = 64

/** Where multicast DNS is spoken: an address of this machine, with its scope where it is an IPv6 one. */
export interface MulticastPlace {
  readonly family: 'udp4' | 'udp6'
  readonly local: string
}

/** RFC 6762, section 3; and the address to bind to: bound to the interface's own, a socket gets no multicast. */
const FAMILIES = {
  udp4: { group: '224.0.0.251', all: '0.0.0.0' },
  udp6: { group: 'ff02::fb', all: '::' },
}

export interface Packet {
  /** The sender's address. */
  readonly from: string
  readonly questions: readonly { readonly name: string }[]
  readonly records: readonly ReceivedRecord[]
}

export interface MulticastListener extends SocketEvents {
  onPacket(packet: Packet): void
}

export interface MulticastSocket {
  query(name: string): void
  respond(records: ReturnType<typeof recordsOf>): void
  close(): Promise<void>
}

export const openMulticastSocket = (
  { family, local }: MulticastPlace,
  listener: MulticastListener,
): MulticastSocket => {
  const { group, all } = FAMILIES[family]
  const socket = createSocket({ type: family, reuseAddr: true, ipv6Only: family === 'udp6' })
  const mdns = makeMdns({ type: family, socket, ip: group, interface: local, bind: all })
  const onSent = (error: Error | null | undefined): void => {
    if (error) listener.onWarning(error)
  }
  // Packets that cannot be decoded are warned of too, and are none of our business: they carry no system code.
  mdns.on('warning', (error: NodeJS.ErrnoException) => {
    if (error.code !== undefined) listener.onWarning(error)
  })
  mdns.on('error', (error) => {
    mdns.destroy()
    listener.onFailure(error)
  })
  mdns.on('query', ({ questions }, { address: from }) =>
    listener.onPacket({ from, questions: (questions ?? []).slice(0, RECORDS_MAX), records: [] }),
  )
  mdns.on('response', ({ answers, additionals }, { address: from }) =>
    listener.onPacket({
      from,
      questions: [],
      records: [...(answers ?? []), ...(additionals ?? [])].slice(0, RECORDS_MAX),
    }),
  )
  return {
    query: (name) => mdns.query([{ name, type: 'PTR' }], onSent),
    respond: (records) => mdns.respond(records, onSent),
    close: () => new Promise((resolve) => mdns.destroy(resolve)),
  }
}
