/**
 * Connections of their own for bulk, so that nothing else waits behind it: see docs/design/proxy.md.
 *
 * Guarantees: at most one is dialled to a member at a time; one lives no longer than its member is connected, and no longer than
 * `BULK_IDLE_MS` without a stream; neither libp2p's own parts nor ours find it among the ordinary ones.
 */
import type { Connection } from '@libp2p/interface'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { AddressBook } from './address-book.ts'
import { withPeer } from './addresses.ts'
import { BULK_DIAL, isBulk } from './bulk-dial.ts'
import { unreachable } from './deadline.ts'
import type { Dialer } from './dialer.ts'
import type { Host } from './host.ts'
import { ADDRESS_DIAL_TIMEOUT_MS, BULK_IDLE_MS, BULK_RETRY_MS } from './limits.ts'
import type { Peers } from './peers.ts'
import { directOf } from './relayed-address.ts'

export interface BulkConnectionsComponents {
  readonly clock: Clock
  readonly book: AddressBook
  readonly peers: Peers
  readonly dialer: Dialer
}

interface Kept {
  /** Open streams, of either end. */
  streams: number
  cancelIdle(): void
}

export class BulkConnections {
  readonly #components: BulkConnectionsComponents
  readonly #kept = new Map<Connection, Kept>()
  readonly #dials = new Map<NodeId, Promise<Connection>>()
  /** By node, until when none is tried. */
  readonly #failedUntilMs = new Map<NodeId, number>()
  #host: Host | null = null

  constructor(components: BulkConnectionsComponents) {
    this.#components = components
  }

  attach(host: Host): void {
    this.#host = host
    host.addEventListener('connection:open', ({ detail }) => {
      if (isBulk(detail)) this.#onOpen(detail)
    })
    host.addEventListener('connection:close', ({ detail }) => {
      this.#kept.get(detail)?.cancelIdle()
      this.#kept.delete(detail)
    })
    this.#components.peers.on(({ type, peer }) => {
      if (type === 'disconnected') this.#closeAll(peer)
      else this.#failedUntilMs.delete(peer)
    })
  }

  stop(): void {
    this.#closeAll(null)
    this.#host = null
  }

  /** Open ones, by who they are with. */
  count(): number {
    return this.#kept.size
  }

  /**
   * One to use: that of the member where there is one, a new one, or else the ordinary connection.
   * @throws `peerUnreachable`
   */
  async connect(node: NodeId, signal: AbortSignal): Promise<Connection> {
    const { clock, dialer } = this.#components
    const present = [...this.#kept.keys()].findLast((each) => isOf(each, node) && each.status === 'open')
    if (present !== undefined) return present
    // Also so that whoever is not connected at all proves itself first.
    const ordinary = await dialer.connect(node, signal)
    if (clock.nowMs() < (this.#failedUntilMs.get(node) ?? 0)) return ordinary
    const dial = this.#dials.get(node) ?? this.#dial(node, ordinary)
    this.#dials.set(node, dial)
    try {
      return await dial
    } catch {
      this.#failedUntilMs.set(node, clock.nowMs() + BULK_RETRY_MS)
      return ordinary
    } finally {
      this.#dials.delete(node)
    }
  }

  /** A stream of either end has begun on a connection. Returns what tells of its end, once. */
  hold(connection: Connection): () => void {
    const kept = this.#kept.get(connection)
    if (kept === undefined) return () => {}
    kept.streams += 1
    kept.cancelIdle()
    return () => {
      kept.streams -= 1
      if (kept.streams === 0) this.#closeLater(connection, kept)
    }
  }

  async #dial(node: NodeId, ordinary: Connection): Promise<Connection> {
    const { book, clock } = this.#components
    const host = this.#host
    if (host === null) throw unreachable(node, new Error('the network is not up'))
    const used = ordinary.direct && ordinary.direction === 'outbound' ? [ordinary.remoteAddr.toString()] : []
    const addresses = new Set(
      [...used, ...directOf(book.of(node))].map((address) => String(withPeer(address, node))),
    )
    let failure: unknown = new Error('no direct address of it is known')
    for (const address of addresses) {
      const late = new AbortController()
      const cancel = clock.after(ADDRESS_DIAL_TIMEOUT_MS, () => late.abort(new Error('it took too long')))
      try {
        const options = { ...BULK_DIAL, signal: late.signal }
        return await host.services.parts.transportManager.dial(withPeer(address, node), options)
      } catch (error) {
        failure = error
      } finally {
        cancel()
      }
    }
    throw unreachable(node, failure)
  }

  #onOpen(connection: Connection): void {
    const kept: Kept = { streams: 0, cancelIdle: () => {} }
    this.#kept.set(connection, kept)
    this.#closeLater(connection, kept)
    // libp2p's manager notes it in this very event, and would give it to whoever asks for a connection.
    queueMicrotask(() => {
      const known = this.#host?.services.parts.connectionManager.getConnectionsMap()
      const others = known?.get(connection.remotePeer)?.filter((other) => other !== connection) ?? []
      if (others.length > 0) known?.set(connection.remotePeer, others)
      else known?.delete(connection.remotePeer)
    })
  }

  #closeLater(connection: Connection, kept: Kept): void {
    kept.cancelIdle()
    kept.cancelIdle = this.#components.clock.after(BULK_IDLE_MS, () =>
      connection.abort(new Error('it was not used')),
    )
  }

  #closeAll(node: NodeId | null): void {
    for (const connection of this.#kept.keys())
      if (node === null || isOf(connection, node)) connection.abort(new Error('the connection is given up'))
  }
}

const isOf = (connection: Connection, node: NodeId): boolean => connection.remotePeer.toString() === node
