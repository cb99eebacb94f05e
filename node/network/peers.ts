/**
 * The open connections: which one to use, and who hears of members that come and go.
 *
 * A direct connection is used before one through another member, and the newest of its kind, because an older one may lead
 * to a machine that has restarted since.
 */
import type { Connection, Stream } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { NodeId, ProtocolId } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Path, PeerEvent } from '../ports/network.ts'
import { isBulk } from './bulk-dial.ts'
import type { Gate } from './gate.ts'
import type { Greeter } from './greeter.ts'
import type { Host } from './host.ts'
import { DUPLICATE_GRACE_MS, RELAYED_GRACE_MS, STREAMS_PER_PROTOCOL_MAX } from './limits.ts'
import { relayOf } from './relayed-address.ts'

export interface PeersComponents {
  readonly logger: Logger
  readonly clock: Clock
  readonly gate: Gate
  readonly greeter: Greeter
}

/** `renewed`: the connections of the member are others now, and the one to use may be too. */
export interface MemberEvent {
  readonly type: PeerEvent['type'] | 'renewed'
  readonly peer: NodeId
}

export class Peers {
  readonly #components: PeersComponents
  readonly #connections = new Map<NodeId, Connection[]>()
  readonly #announced = new Set<NodeId>()
  /** Those that listeners were told of. */
  readonly #presented = new WeakSet<Connection>()
  readonly #listeners = new Set<(event: MemberEvent) => void>()
  #host: Host | null = null

  constructor(components: PeersComponents) {
    this.#components = components
  }

  attach(host: Host): void {
    this.#host = host
    host.addEventListener('connection:open', ({ detail }) => this.#guard(() => this.#onOpen(detail)))
    host.addEventListener('connection:close', ({ detail }) => this.#guard(() => this.#onClose(detail)))
  }

  connected(): readonly NodeId[] {
    return [...this.#announced]
  }

  isConnected(node: NodeId): boolean {
    return this.#announced.has(node)
  }

  /** Those that are open, of a member or a stranger. */
  connectionsOf(node: NodeId): readonly Connection[] {
    return (this.#connections.get(node) ?? []).filter(({ status }) => status === 'open')
  }

  /** The connection to use, of a member or a stranger. */
  preferred(node: NodeId): Connection | null {
    const open = this.connectionsOf(node)
    return open.findLast(({ direct }) => direct) ?? open.at(-1) ?? null
  }

  /** How a connected member is reached; null for any other node. */
  pathTo(node: NodeId): Path | null {
    const connection = this.#announced.has(node) ? this.preferred(node) : null
    return connection === null ? null : { through: relayOf(connection.remoteAddr) }
  }

  /** Opens a stream, unless the signal fires first. */
  async newStream(connection: Connection, protocol: ProtocolId, signal: AbortSignal): Promise<Stream> {
    const options = { signal, maxOutboundStreams: STREAMS_PER_PROTOCOL_MAX }
    const stream = await connection.newStream([protocol], options)
    if (!signal.aborted) return stream
    stream.abort(new Error('it opened too late'))
    throw signal.reason
  }

  on(listener: (event: MemberEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Announces connections whose peers have become members, and ends those of peers that no longer are. */
  onMembersChanged(previous: ReadonlySet<NodeId>): void {
    const { gate } = this.#components
    for (const node of this.#connections.keys()) if (gate.isAdmitted(node)) this.introduceAgain(node)
    for (const node of previous) if (!gate.isAdmitted(node)) this.drop(node)
  }

  /** It has shown a good chain: what it took for a stranger's greeting before counts now. */
  onProven(node: NodeId): void {
    if (this.isConnected(node)) return
    for (const connection of this.#connections.get(node) ?? []) this.#components.greeter.forget(connection)
    this.introduceAgain(node)
  }

  /** Shows on all connections what this node has to show now. */
  onProofsChanged(): void {
    const { gate, greeter } = this.#components
    for (const [node, connections] of this.#connections) {
      if (!gate.isAdmitted(node)) continue
      for (const connection of connections) greeter.forget(connection)
      this.introduceAgain(node)
    }
  }

  /** On the connection that is used, unless it was done there. */
  introduceAgain(node: NodeId): void {
    const connection = this.preferred(node)
    if (connection !== null) this.#introduceLater(connection)
  }

  /** Ends the connections of whoever is no member any more. */
  drop(node: NodeId): void {
    this.#retract(node)
    this.closeAll(node)
  }

  /** Lets both ends prove who they are, then tells of the peer. Rejects where it stays a stranger. */
  async introduce(connection: Connection): Promise<void> {
    const greeting = this.#components.greeter.greet(connection)
    if (greeting !== null) await greeting
    this.#present(connection)
  }

  /** Ends all connections of a node, or of all nodes. */
  closeAll(node?: NodeId): void {
    const lists = node === undefined ? [...this.#connections.values()] : [this.#connections.get(node) ?? []]
    for (const connection of lists.flat()) this.#close(connection)
  }

  /** Ends all connections that go through a member. */
  closeThrough(relay: NodeId): void {
    for (const connection of [...this.#connections.values()].flat())
      if (relayOf(connection.remoteAddr) === relay) this.#close(connection)
  }

  /** A clean close would end each open stream as if its writer had been done. */
  #close(connection: Connection): void {
    connection.abort(new Error('the connection is given up'))
  }

  #onOpen(connection: Connection): void {
    if (isBulk(connection)) return
    const node = connection.remotePeer.toString()
    this.#connections.set(node, [...(this.#connections.get(node) ?? []), connection])
    this.#introduceLater(connection)
  }

  #introduceLater(connection: Connection): void {
    this.introduce(connection).catch((error: unknown) => {
      const peer = connection.remotePeer.toString()
      // Often it has only just been admitted, and shows its chain by itself.
      this.#components.logger.debug({ error, peer }, 'a member did not prove who it is')
    })
  }

  #present(connection: Connection): void {
    const node = connection.remotePeer.toString()
    if (connection.status !== 'open' || !this.#components.gate.isMember(node)) return
    if (this.#presented.has(connection)) return
    this.#presented.add(connection)
    if (!this.#announced.has(node)) {
      this.#announced.add(node)
      this.#emit({ type: 'connected', peer: node })
      return
    }
    this.#emit({ type: 'renewed', peer: node })
    const { clock } = this.#components
    clock.after(DUPLICATE_GRACE_MS, () => this.#closeOthers(node, connection.direct))
    if (connection.direct) clock.after(RELAYED_GRACE_MS, () => this.#closeOthers(node, false))
  }

  #onClose(connection: Connection): void {
    if (isBulk(connection)) return
    const node = connection.remotePeer.toString()
    const left = (this.#connections.get(node) ?? []).filter((other) => other !== connection)
    if (left.length > 0) {
      this.#connections.set(node, left)
      if (this.#announced.has(node)) this.#emit({ type: 'renewed', peer: node })
      return
    }
    this.#connections.delete(node)
    this.#retract(node)
    if (!this.#components.gate.isAdmitted(node)) this.#forget(node)
  }

  /** Of all that are direct, or of all that are not. One side only, or each might close the other's choice. */
  #closeOthers(node: NodeId, direct: boolean): void {
    const self = this.#host?.peerId.toString() ?? ''
    if (self > node) return
    const used = this.preferred(node)
    for (const connection of this.#connections.get(node) ?? [])
      if (connection !== used && connection.direct === direct) this.#close(connection)
  }

  #retract(node: NodeId): void {
    if (this.#announced.delete(node)) this.#emit({ type: 'disconnected', peer: node })
  }

  /** Strangers leave no trace: libp2p's own peer store would remember each for ever. */
  #forget(node: NodeId): void {
    this.#host?.peerStore.delete(peerIdFromString(node)).catch(() => {})
  }

  #emit(event: MemberEvent): void {
    for (const listener of this.#listeners) this.#guard(() => listener(event))
  }

  /** An exception in a listener of libp2p ends the process. */
  #guard(task: () => void): void {
    try {
      task()
    } catch (error) {
      this.#components.logger.error({ error }, 'a connection listener failed')
    }
  }
}
