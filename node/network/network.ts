/** Puts the parts of the network together, and starts and stops them in order. */
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Chain } from '../ports/certificates.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Metric } from '../ports/metrics.ts'
import type {
  Bulk,
  Connections,
  Messages,
  Network,
  Reach,
  Requests,
  Streams,
  Topics,
} from '../ports/network.ts'
import type { RecordStore } from '../ports/storage.ts'
import { AddressBook } from './address-book.ts'
import { ipOf, parseMultiaddr, withoutPeer } from './addresses.ts'
import { BulkStreams } from './bulk.ts'
import { BulkConnections } from './bulk-connections.ts'
import { MemberConnections } from './connections.ts'
import { DialBack } from './dial-back.ts'
import { Dialer } from './dialer.ts'
import { DirectTries } from './direct-tries.ts'
import { Gate } from './gate.ts'
import { Greeter, type Proofs } from './greeter.ts'
import { createHost, type Host } from './host.ts'
import { nodeIdOf } from './identity.ts'
import { createHostMetrics } from './libp2p-metrics.ts'
import { listenError } from './listening.ts'
import { StreamMessages } from './messages.ts'
import { OwnAddresses } from './own-addresses.ts'
import { type MemberEvent, Peers } from './peers.ts'
import { Protocols } from './protocols.ts'
import { MemberReach } from './reach.ts'
import { StandingReservations } from './relaying.ts'
import { Relays } from './relays.ts'
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
  const own = new OwnAddresses(init)
  const greeter = new Greeter({ clock, gate }, { self })
  const peers = new Peers({ logger, clock, gate, greeter })
  const relays = new Relays({ peers })
  const reservations = new StandingReservations({ peers })
  const protocols = new Protocols({ logger, clock, gate })
  const dialer = new Dialer({ gate, book, peers, relays })
  const directTries = new DirectTries({ ...components, peers, dialer })
  const messages = new StreamMessages({ logger, clock, peers, greeter, protocols })
  const streams = new PeerStreams({ clock, peers, dialer, greeter, protocols })
  const requests = new StreamRequests({ logger, clock, streams, protocols })
  const bulkConnections = new BulkConnections({ clock, book, peers, dialer })
  const bulk = new BulkStreams({ logger, clock, connections: bulkConnections, protocols })
  const topics = new GossipTopics({ logger, clock, gate, peers })
  const dialBack = new DialBack({ clock, requests })
  const reach = new MemberReach({ ...components, book, peers, relays, own, dialBack })
  const roster = new Roster({ ...components, gate, peers, dialer, reach }, { self })
  const connections = new MemberConnections(
    { clock, gate, book, peers, dialer, directTries, reach, roster },
    { self },
  )
  const said = { messages, streams, requests, bulk, topics }
  const kept = { gate, greeter, book, peers, own, roster, directTries, reach, reservations }
  return { ...said, ...kept, bulkConnections, protocols, dialer, dialBack, connections }
}

/** The network of a real node, which also tells what it counts. */
export interface MeasuredNetwork extends Network {
  readonly reach: Reach
  readonly bulk: Bulk
  /** Connections for bulk that are open. */
  bulkConnections(): number
  /** Known once it has started. */
  metrics(): readonly Metric[]
  /** Where it listens, as multiaddrs, with the addresses that wildcards stand for now; nowhere before the start. */
  listening(): readonly string[]
  /**
   * From now on admission alone makes nobody a member: each shows its proof first, and shows it again when it has another
   * one. Returns what tells of that.
   */
  requireProofs(proofs: Proofs): () => void
  /** Replaces those who are no members whatever the member list says: their connections end, and they may greet alone. */
  bar(nodes: ReadonlySet<NodeId>): void
  /** The chains that members have shown. */
  proofs(): ReadonlyMap<NodeId, Chain>
  /** The IP address that a connected node, member or not, comes from; null where a relay stands in between, or it is not connected. */
  remoteAddress(node: NodeId): string | null
}

export class Libp2pNetwork implements MeasuredNetwork {
  readonly connections: Connections
  readonly reach: Reach
  readonly bulk: Bulk
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
    this.reach = parts.reach
    this.bulk = parts.bulk
    this.messages = parts.messages
    this.requests = parts.requests
    this.streams = parts.streams
    this.topics = parts.topics
    parts.greeter.serve(parts.requests)
  }

  metrics(): readonly Metric[] {
    return this.#hostMetrics.metrics()
  }

  bulkConnections(): number {
    return this.#parts.bulkConnections.count()
  }

  listening(): readonly string[] {
    const addresses = this.#host?.services.parts.transportManager.getAddrs() ?? []
    return addresses.map((address) => withoutPeer(address.toString()))
  }

  requireProofs(proofs: Proofs): () => void {
    const { greeter, peers } = this.#parts
    const listeners = {
      onProven: (node: NodeId) => peers.onProven(node),
      onLapsed: (node: NodeId) => peers.drop(node),
    }
    greeter.require(proofs, listeners, (node) => peers.connectionsOf(node))
    return () => peers.onProofsChanged()
  }

  bar(nodes: ReadonlySet<NodeId>): void {
    const { gate, peers, roster } = this.#parts
    const isNew = [...nodes].filter((node) => !gate.isBarred(node))
    gate.setBarred(nodes)
    for (const node of isNew) peers.drop(node)
    roster.onMembersChanged()
  }

  proofs(): ReadonlyMap<NodeId, Chain> {
    return this.#parts.gate.proofs
  }

  remoteAddress(node: NodeId): string | null {
    const connection = this.#parts.peers.preferred(node)
    return connection === null ? null : ipOf(connection.remoteAddr)
  }

  /** @throws `portInUse`, `addressInvalid` */
  async start(): Promise<void> {
    const { book, bulkConnections, dialBack, dialer, gate, own, peers } = this.#parts
    const { protocols, reach, reservations, roster, topics } = this.#parts
    for (const address of [...this.#init.listen, ...(this.#init.advertise ?? [])]) parseMultiaddr(address)
    await book.load()
    const host = await createHost({
      ...this.#init,
      gate,
      peers,
      hooks: dialBack.hooks,
      metrics: this.#hostMetrics.reporter,
    })
    peers.attach(host)
    bulkConnections.attach(host)
    await protocols.attach(host)
    await this.#listen(host)
    this.#host = host
    dialer.attach(host)
    dialBack.attach(host)
    own.attach(host)
    reservations.attach(host.services.relay)
    peers.on((event) => this.#onMember(event))
    await topics.start(host.services.parts)
    reach.start()
    roster.start()
  }

  async stop(): Promise<void> {
    const { book, bulkConnections, dialBack, dialer, directTries, gate, greeter } = this.#parts
    const { peers, reach, roster, topics } = this.#parts
    greeter.stop()
    roster.stop()
    reach.stop()
    directTries.stop()
    dialer.attach(null)
    dialBack.attach(null)
    await topics.stop()
    bulkConnections.stop()
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
    const { directTries, messages, reach, reservations, roster, topics } = this.#parts
    messages.reset(peer)
    reservations.onMember(peer)
    directTries.onMember(peer)
    reach.onMember()
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
