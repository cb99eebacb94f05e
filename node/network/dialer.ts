/** Opening connections: to an address, or to a node at its known addresses. */
import type { Connection } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { AddressBook } from './address-book.ts'
import { withPeer } from './addresses.ts'
import { unreachable } from './deadline.ts'
import type { Host } from './host.ts'
import type { Peers } from './peers.ts'

export class Dialer {
  readonly #book: AddressBook
  readonly #peers: Peers
  #host: Host | null = null

  constructor(components: { readonly book: AddressBook; readonly peers: Peers }) {
    this.#book = components.book
    this.#peers = components.peers
  }

  attach(host: Host | null): void {
    this.#host = host
  }

  /**
   * The newest connection to the node, or a new one; simultaneous calls share one dial.
   * @throws `peerUnreachable`
   */
  async connect(node: NodeId, signal: AbortSignal): Promise<Connection> {
    const open = this.#peers.newest(node)
    if (open !== null) return open
    const addresses = this.#book.of(node)
    if (addresses.length === 0)
      throw new CoterieError('peerUnreachable', { peer: node, detail: 'no address of it is known' })
    const connection = await this.#dial(
      addresses.map((address) => withPeer(address, node)),
      node,
      signal,
    )
    // One that came in meanwhile has the other side's passing port.
    if (connection.direction === 'outbound') this.#book.learn(node, [connection.remoteAddr.toString()])
    return connection
  }

  /**
   * Connects to whoever answers there.
   * @throws `peerUnreachable`
   */
  async dial(address: Multiaddr, signal: AbortSignal): Promise<NodeId> {
    const connection = await this.#dial(address, address.toString(), signal)
    const node = connection.remotePeer.toString()
    this.#book.learn(node, [address.toString()])
    return node
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
