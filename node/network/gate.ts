/**
 * Who may talk to us. Members may, who are admitted and have proven it; a stranger may stay for a while, send a little, and
 * speak the protocols that allow it.
 *
 * Guarantees: at most `STRANGERS_MAX` inbound strangers at once, `CLIENT_STRANGERS_MAX` of one client, each gone after `STRANGER_LIFETIME_MS` or
 * `STRANGER_BYTES_MAX`; a non-member that we dialled is held to the time alone. What a member becomes or
 * ceases to be takes effect at once. Whoever is barred is a stranger for `BARRED_LIFETIME_MS`, whatever else it is.
 */
import type { ConnectionGater, MultiaddrConnection, PeerId } from '@libp2p/interface'
import { clientOf } from '../../protocols/addresses/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Chain } from '../ports/certificates.ts'
import type { Clock } from '../ports/clock.ts'
import { hostOf } from './addresses.ts'
import {
  BARRED_LIFETIME_MS,
  CLIENT_STRANGERS_MAX,
  STRANGER_BYTES_MAX,
  STRANGER_LIFETIME_MS,
  STRANGERS_MAX,
} from './limits.ts'

interface Stranger {
  readonly node: NodeId
  /** Where it comes from; null where we dialled it. */
  readonly client: string | null
  /** Ends the watch, without ending the connection. */
  release(): void
}

export class Gate {
  /** The hooks that libp2p asks once a connection has proven its key. */
  readonly hooks: ConnectionGater
  readonly #clock: Clock
  readonly #strangers = new Set<Stranger>()
  readonly #proofs = new Map<NodeId, Chain>()
  #members: ReadonlySet<NodeId> = new Set()
  #barred: ReadonlySet<NodeId> = new Set()
  #demandsProofs = false

  constructor(clock: Clock) {
    this.#clock = clock
    this.hooks = {
      denyDialMultiaddr: () => false,
      denyInboundUpgradedConnection: (peer, connection) => !this.#admit(peer, connection, true),
      denyOutboundUpgradedConnection: (peer, connection) => !this.#admit(peer, connection, false),
    }
  }

  isMember(node: NodeId): boolean {
    return this.isAdmitted(node) && (!this.#demandsProofs || this.#proofs.has(node))
  }

  /** By the log, and not barred since. */
  isAdmitted(node: NodeId): boolean {
    return this.#members.has(node) && !this.#barred.has(node)
  }

  isBarred(node: NodeId): boolean {
    return this.#barred.has(node)
  }

  /** Who is admitted. */
  get members(): ReadonlySet<NodeId> {
    return this.#members
  }

  setMembers(members: ReadonlySet<NodeId>): void {
    this.#members = new Set(members)
    for (const stranger of this.#strangers) if (this.isAdmitted(stranger.node)) stranger.release()
    for (const node of this.#proofs.keys()) if (!members.has(node)) this.#proofs.delete(node)
  }

  /** Replaces those whom no membership helps. */
  setBarred(nodes: ReadonlySet<NodeId>): void {
    this.#barred = new Set(nodes)
    for (const node of nodes) this.#proofs.delete(node)
  }

  /** From now on it takes a proof as well to be a member. */
  demandProofs(): void {
    this.#demandsProofs = true
  }

  /** By whom, and with what. */
  get proofs(): ReadonlyMap<NodeId, Chain> {
    return this.#proofs
  }

  prove(node: NodeId, chain: Chain): void {
    this.#proofs.set(node, chain)
  }

  lapse(node: NodeId): void {
    this.#proofs.delete(node)
  }

  /** Ends all watches, for a stop. */
  clear(): void {
    for (const stranger of this.#strangers) stranger.release()
  }

  #admit(peer: PeerId, connection: MultiaddrConnection, inbound: boolean): boolean {
    const node = peer.toString()
    if (this.isAdmitted(node)) return true
    const client = inbound ? clientOf(hostOf(connection.remoteAddr)) : null
    if (client !== null && !this.#hasPlaceFor(client)) return false
    this.#watch(node, connection, client)
    return true
  }

  #hasPlaceFor(client: string): boolean {
    const inbound = [...this.#strangers].filter((stranger) => stranger.client !== null)
    const ofClient = inbound.filter((stranger) => stranger.client === client)
    return inbound.length < STRANGERS_MAX && ofClient.length < CLIENT_STRANGERS_MAX
  }

  #watch(node: NodeId, connection: MultiaddrConnection, client: string | null): void {
    let bytes = 0
    const count = (event: { readonly data: { readonly byteLength: number } }): void => {
      bytes += event.data.byteLength
      if (client !== null && bytes > STRANGER_BYTES_MAX)
        connection.abort(new Error('a stranger sent too much'))
    }
    const lifetimeMs = this.isBarred(node) ? BARRED_LIFETIME_MS : STRANGER_LIFETIME_MS
    const cancel = this.#clock.after(lifetimeMs, () =>
      connection.abort(new Error('a stranger stayed too long')),
    )
    const stranger: Stranger = {
      node,
      client,
      release: () => {
        cancel()
        connection.removeEventListener('message', count)
        connection.removeEventListener('close', stranger.release)
        this.#strangers.delete(stranger)
      },
    }
    connection.addEventListener('message', count)
    connection.addEventListener('close', stranger.release)
    this.#strangers.add(stranger)
  }
}
