/** The port `Connections`: who is connected, who may be, and where they are. */
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Connections, PeerEvent, RequestOptions } from '../ports/network.ts'
import type { AddressBook } from './address-book.ts'
import { parseMultiaddr } from './addresses.ts'
import { withDeadline } from './deadline.ts'
import type { Dialer } from './dialer.ts'
import type { DirectTries } from './direct-tries.ts'
import type { Gate } from './gate.ts'
import { ADDRESSES_PER_NODE_MAX } from './limits.ts'
import type { Peers } from './peers.ts'
import type { MemberReach } from './reach.ts'
import type { Roster } from './roster.ts'

export interface ConnectionsComponents {
  readonly clock: Clock
  readonly gate: Gate
  readonly book: AddressBook
  readonly peers: Peers
  readonly dialer: Dialer
  readonly directTries: DirectTries
  readonly reach: MemberReach
  readonly roster: Roster
}

export class MemberConnections implements Connections {
  readonly self: NodeId
  readonly #components: ConnectionsComponents

  constructor(components: ConnectionsComponents, init: { readonly self: NodeId }) {
    this.self = init.self
    this.#components = components
  }

  addresses(): readonly string[] {
    return this.#components.reach.addresses().slice(0, ADDRESSES_PER_NODE_MAX)
  }

  connected(): readonly NodeId[] {
    return this.#components.peers.connected()
  }

  setMembers(members: ReadonlySet<NodeId>): void {
    const { book, gate, peers, roster } = this.#components
    const previous = gate.members
    gate.setMembers(members)
    for (const node of previous) if (!gate.isAdmitted(node)) book.forget(node)
    peers.onMembersChanged(previous)
    roster.onMembersChanged()
  }

  learn(node: NodeId, addresses: readonly string[]): void {
    if (node === this.self) return
    const { book, directTries, gate, roster } = this.#components
    if (book.learn(node, addresses)) {
      roster.onAddressLearned(node)
      directTries.onAddressLearned(node)
    }
    book.trim(gate.members)
  }

  async dial(address: string, options: RequestOptions): Promise<NodeId> {
    const { clock, dialer } = this.#components
    const target = parseMultiaddr(address)
    return withDeadline(clock, { peer: address, protocol: 'its connection' }, options, (signal) =>
      dialer.dial(target, signal),
    )
  }

  hangUp(node: NodeId): void {
    const { gate, peers } = this.#components
    if (!gate.isAdmitted(node)) peers.closeAll(node)
  }

  onPeer(listener: (event: PeerEvent) => void): () => void {
    return this.#components.peers.on(({ type, peer }) => {
      if (type !== 'renewed') listener({ type, peer })
    })
  }
}
