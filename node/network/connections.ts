/** The port `Connections`: who is connected, who may be, and where they are. */
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Connections, PeerEvent, RequestOptions } from '../ports/network.ts'
import type { AddressBook } from './address-book.ts'
import { dialable, parseMultiaddr } from './addresses.ts'
import { withDeadline } from './deadline.ts'
import type { Dialer } from './dialer.ts'
import type { Gate } from './gate.ts'
import type { Host } from './host.ts'
import type { Peers } from './peers.ts'
import type { Roster } from './roster.ts'

export interface ConnectionsComponents {
  readonly clock: Clock
  readonly gate: Gate
  readonly book: AddressBook
  readonly peers: Peers
  readonly dialer: Dialer
  readonly roster: Roster
}

export class MemberConnections implements Connections {
  readonly self: NodeId
  readonly #components: ConnectionsComponents
  readonly #advertise: readonly string[]
  #host: Host | null = null

  constructor(
    components: ConnectionsComponents,
    init: { readonly self: NodeId; readonly advertise?: readonly string[] },
  ) {
    this.self = init.self
    this.#components = components
    this.#advertise = init.advertise ?? []
  }

  attach(host: Host): void {
    this.#host = host
  }

  addresses(): readonly string[] {
    if (this.#advertise.length > 0) return this.#advertise
    return dialable(this.#host?.services.parts.transportManager.getAddrs() ?? [])
  }

  connected(): readonly NodeId[] {
    return this.#components.peers.connected()
  }

  setMembers(members: ReadonlySet<NodeId>): void {
    const { book, gate, peers, roster } = this.#components
    const previous = gate.members
    gate.setMembers(members)
    for (const node of previous) if (!gate.isMember(node)) book.forget(node)
    peers.onMembersChanged(previous)
    roster.onMembersChanged()
  }

  learn(node: NodeId, addresses: readonly string[]): void {
    if (node === this.self) return
    const { book, gate, roster } = this.#components
    if (book.learn(node, addresses)) roster.onAddressLearned(node)
    book.trim(gate.members)
  }

  async dial(address: string, options: RequestOptions): Promise<NodeId> {
    const { clock, dialer } = this.#components
    const target = parseMultiaddr(address)
    return withDeadline(clock, { peer: address, protocol: 'its connection' }, options, (signal) =>
      dialer.dial(target, signal),
    )
  }

  onPeer(listener: (event: PeerEvent) => void): () => void {
    return this.#components.peers.on(({ type, peer }) => {
      if (type !== 'renewed') listener({ type, peer })
    })
  }
}
