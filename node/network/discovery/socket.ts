/** One multicast DNS socket on one interface: the adapter of multicast-dns. */
import makeMdns from 'multicast-dns'
import type { SocketEvents } from './interface-sockets.ts'
import type { ReceivedRecord, recordsOf } from './records.ts'

/** Records of one packet that are looked at; ours has two. */
const RECORDS_MAX = 64

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

/** Without `bind` nothing arrives: bound to the interface's address, a socket gets no multicast. */
export const openMulticastSocket = (address: string, listener: MulticastListener): MulticastSocket => {
  const mdns = makeMdns({ interface: address, bind: '0.0.0.0' })
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
