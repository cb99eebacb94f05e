/** Opening connections: to an address, or to a node at its known addresses. */
import type { Connection } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { AddressBook } from './address-book.ts'
import { withPeer } from './addresses.ts'
import { unreachable } from './deadline.ts'
import type { Gate } from './gate.ts'
import type { Host } from './host.ts'
import type { Peers } from './peers.ts'
import { directOf, relayIn, throughRelay } from './relayed-address.ts'
import type { Relays } from './relays.ts'

export interface DialerComponents {
  readonly gate: Gate
  readonly book: AddressBook
  readonly peers: Peers
  readonly relays: Relays
}

export class Dialer {
  readonly #components: DialerComponents
  #host: Host | null = null

  constructor(components: DialerComponents) {
    this.#components = components
  }

  attach(host: Host | null): void {
    this.#host = host
  }

  /**
   * The connection to use, or a new one: to one of its addresses, or through another member. Simultaneous calls share one dial.
   * @throws `peerUnreachable`
   */
  async connect(node: NodeId, signal: AbortSignal): Promise<Connection> {
    return this.#components.peers.preferred(node) ?? this.#dialNode(node, this.#waysTo(node), signal)
  }

  /**
   * A new connection to one of its addresses, also where there is one through another member.
   * @throws `peerUnreachable`
   */
  async dialDirectly(node: NodeId, signal: AbortSignal): Promise<void> {
    await this.#dialNode(node, this.#directWaysTo(node), signal)
  }

  /**
   * Connects to whoever answers there.
   * @throws `peerUnreachable`
   */
  async dial(address: Multiaddr, signal: AbortSignal): Promise<NodeId> {
    const connection = await this.#dial(address, address.toString(), signal)
    const node = connection.remotePeer.toString()
    this.#components.book.learn(node, [address.toString()])
    return node
  }

  /** In the order of the address book; those that only guess come last. */
  #waysTo(node: NodeId): Multiaddr[] {
    const { book, gate, relays } = this.#components
    const addresses = book.of(node)
    const known = addresses.flatMap((address) => {
      const relay = relayIn(address)
      if (relay === null) return [withPeer(address, node)]
      return relays.isUsable(relay) ? [throughRelay(relay, node)] : []
    })
    if (!gate.isAdmitted(node)) return known
    const told = addresses.flatMap((address) => relayIn(address) ?? [])
    return [...known, ...relays.guesses(node, told).map((relay) => throughRelay(relay, node))]
  }

  #directWaysTo(node: NodeId): Multiaddr[] {
    const addresses = directOf(this.#components.book.of(node))
    return addresses.map((address) => withPeer(address, node))
  }

  async #dialNode(node: NodeId, ways: Multiaddr[], signal: AbortSignal): Promise<Connection> {
    if (ways.length === 0)
      throw new CoterieError('peerUnreachable', { peer: node, detail: 'no address of it is known' })
    const connection = await this.#dial(ways, node, signal)
    // One that came in meanwhile has the other side's passing port.
    if (connection.direction === 'outbound' && connection.direct)
      this.#components.book.learn(node, [connection.remoteAddr.toString()])
    return connection
  }

  async #dial(target: Multiaddr | Multiaddr[], name: string, signal: AbortSignal): Promise<Connection> {
    if (this.#host === null)
      throw new CoterieError('peerUnreachable', { peer: name, detail: 'the network is not up' })
    try {
      return await this.#host.dial(target, { signal })
    } catch (error) {
      throw unreachable(name, error)
    }
  }
}
