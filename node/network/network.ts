/** Puts the parts of the network together, and starts and stops them in order. */
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Metric } from '../ports/metrics.ts'
import type { Connections, Messages, Network, Requests, Streams, Topics } from '../ports/network.ts'
import type { RecordStore } from '../ports/storage.ts'
import { AddressBook } from './address-book.ts'
import { parseMultiaddr, withoutPeer } from './addresses.ts'
import { MemberConnections } from './connections.ts'
import { Dialer } from './dialer.ts'
import { Gate } from './gate.ts'
import { createHost, type Host } from './host.ts'
import { nodeIdOf } from './identity.ts'
import { createHostMetrics } from './libp2p-metrics.ts'
import { listenError } from './listening.ts'
import { StreamMessages } from './messages.ts'
import { type MemberEvent, Peers } from './peers.ts'
import { Protocols } from './protocols.ts'
import { StreamRequests } from './requests.ts'
import { Roster } from './roster.ts'
import { PeerStreams } from './streams.ts'
import { GossipTopics } from './topics.ts'

export interface NetworkComponents {
  readonly logger: Logger
  readonly random: Random
  readonly clock: Clock
  /** Where known addresses are kept, so that a restart finds the others. */
  readonly records?: RecordStore
}

export interface NetworkInit {
  /** Ed25519 seed of 32 bytes, or libp2p's protobuf form of the key. */
  readonly privateKey: Uint8Array
  /** Multiaddrs to listen on; port 0 lets the system choose. */
  readonly listen: readonly string[]
  /** Told to others in place of the addresses listened on, as behind a forwarded port. */
  readonly advertise?: readonly string[]
}

/** The parts, wired; none of them does anything before `start`. */
const wire = (components: NetworkComponents, init: NetworkInit, self: NodeId) => {
  const { logger, clock } = components
  const gate = new Gate(clock)
  const book = new AddressBook(components)
  const peers = new Peers({ logger, clock, gate })
  const protocols = new Protocols({ logger, clock, gate })
  const dialer = new Dialer({ book, peers })
  const roster = new Roster({ ...components, gate, peers, dialer }, { self })
  const messages = new StreamMessages({ logger, clock, peers, protocols })
  const streams = new PeerStreams({ clock, peers, dialer, protocols })
  const requests = new StreamRequests({ logger, clock, streams, protocols })
  const topics = new GossipTopics({ logger, clock, gate, peers })
  const connections = new MemberConnections({ clock, gate, book, peers, dialer, roster }, { self, ...init })
  return { gate, book, peers, protocols, dialer, roster, messages, streams, requests, topics, connections }
}

/** The network of a real node, which also tells what it counts. */
export interface MeasuredNetwork extends Network {
  /** Known once it has started. */
  metrics(): readonly Metric[]
  /** Where it listens, as multiaddrs, with the addresses that wildcards stand for now; nowhere before the start. */
  listening(): readonly string[]
}

export class Libp2pNetwork implements MeasuredNetwork {
  readonly connections: Connections
  readonly messages: Messages
  readonly requests: Requests
  readonly streams: Streams
  readonly topics: Topics
  readonly #init: NetworkInit
  readonly #parts: ReturnType<typeof wire>
  readonly #hostMetrics = createHostMetrics()
  #host: Host | null = null

  constructor(components: NetworkComponents, init: NetworkInit) {
    const parts = wire(components, init, nodeIdOf(init.privateKey))
    this.#init = init
    this.#parts = parts
    this.connections = parts.connections
    this.messages = parts.messages
    this.requests = parts.requests
    this.streams = parts.streams
    this.topics = parts.topics
  }

  metrics(): readonly Metric[] {
    return this.#hostMetrics.metrics()
  }

  listening(): readonly string[] {
    const addresses = this.#host?.services.parts.transportManager.getAddrs() ?? []
    return addresses.map((address) => withoutPeer(address.toString()))
  }

  /** @throws `portInUse`, `addressInvalid` */
  async start(): Promise<void> {
    const { book, connections, dialer, gate, peers, protocols, roster, topics } = this.#parts
    for (const address of [...this.#init.listen, ...(this.#init.advertise ?? [])]) parseMultiaddr(address)
    await book.load()
    const host = await createHost({
      ...this.#init,
      gater: gate.hooks,
      metrics: this.#hostMetrics.reporter,
    })
    peers.attach(host)
    await protocols.attach(host)
    await this.#listen(host)
    this.#host = host
    dialer.attach(host)
    connections.attach(host)
    peers.on((event) => this.#onMember(event))
    await topics.start(host.services.parts)
    roster.start()
  }

  async stop(): Promise<void> {
    const { book, dialer, gate, peers, roster, topics } = this.#parts
    roster.stop()
    dialer.attach(null)
    await topics.stop()
    peers.closeAll()
    await this.#host?.stop()
    this.#host = null
    gate.clear()
    await book.save()
  }

  /** libp2p takes a refused IPv6 address for a machine without IPv6, so listeners that do not listen are asked after. */
  async #listen(host: Host): Promise<void> {
    const { listen } = this.#init
    let failure: unknown = null
    try {
      await host.start()
      const listeners = host.services.parts.transportManager.getListeners()
      if (listeners.every((listener) => listener.getAddrs().length > 0)) return
    } catch (error) {
      failure = error
    }
    const refused = await listenError(failure === null ? listen.filter(isIp6) : listen)
    if (failure === null && refused?.code !== 'portInUse') return
    await host.stop()
    throw refused ?? failure
  }

  #onMember({ type, peer }: MemberEvent): void {
    const { messages, roster, topics } = this.#parts
    messages.reset(peer)
    if (type === 'disconnected') {
      topics.onDisconnected(peer)
      roster.onDisconnected(peer)
      return
    }
    topics.onConnected(peer)
    roster.onConnected(peer)
  }
}

const isIp6 = (address: string): boolean => address.startsWith('/ip6/')
