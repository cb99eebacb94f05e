/**
 * Connections through a member, over circuit relay v2 (libp2p's specification `relay/circuit-v2`), as the library does
 * them, with what would hurt a closed mesh replaced: see docs/design/reach.md.
 *
 * Guarantees: strangers are neither carried nor carried to; what is carried for members has no limits; nothing is carried
 * over two relays.
 */
import { setMaxListeners } from 'node:events'
import {
  type CircuitRelayServerComponents,
  type CircuitRelayService,
  type CircuitRelayTransportComponents,
  circuitRelayServer,
  circuitRelayTransport,
} from '@libp2p/circuit-relay-v2'
import { type Connection, type ConnectionGater, serviceDependencies, type Transport } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Gate } from './gate.ts'
import { HANDSHAKE_TIMEOUT_MS, RELAYED_STREAMS_MAX } from './limits.ts'
import { createMemberRegistrar } from './member-registrar.ts'
import type { Peers } from './peers.ts'
import { relayOf } from './relayed-address.ts'

type ConnectionManager = CircuitRelayServerComponents['connectionManager']
type Reservation = CircuitRelayService['reservations'] extends { get(key: never): infer Value | undefined }
  ? Value
  : never

/** The direct connections alone, the newest first; the library takes the first. */
const directOnly = (
  manager: ConnectionManager,
): Pick<ConnectionManager, 'getConnections' | 'openConnection'> => {
  const getConnections = (peer?: Connection['remotePeer']): Connection[] =>
    manager
      .getConnections(peer)
      .filter(({ direct, status }) => direct && status === 'open')
      .toReversed()
  return {
    getConnections,
    openConnection: async (peer) => {
      const [connection] = getConnections(peer as Connection['remotePeer'])
      // Not dialled: the roster does that, and who is not connected to a relay looks for another way.
      if (connection === undefined) throw new Error('this node is not connected to the relay')
      return connection
    },
  }
}

/** libp2p's components as relaying sees them. */
const shown = <Components extends CircuitRelayServerComponents>(
  components: Components,
  gate: Gate,
): Components =>
  // A proxy, of which a copy would be empty.
  Object.create(components, {
    registrar: { value: createMemberRegistrar(components.registrar, gate).registrar },
    connectionManager: { value: directOnly(components.connectionManager) },
    // The library would ask for a reservation at each relay that it is reached through without one.
    transportManager: { value: { listen: async () => {} } },
  })

/** Dials and is dialled through members. */
export const relayTransport =
  (gate: Gate) =>
  (components: CircuitRelayTransportComponents & CircuitRelayServerComponents): Transport => {
    const transport = circuitRelayTransport({
      maxInboundStopStreams: RELAYED_STREAMS_MAX,
      maxOutboundStopStreams: RELAYED_STREAMS_MAX,
    })(shown(components, gate))
    // Identify would tell it of relays that nobody told; here members are known.
    return Object.defineProperty(transport, serviceDependencies, { value: [] })
  }

/** Joins members that are connected to this node. */
export const relayServer = (gate: Gate) => (components: CircuitRelayServerComponents) =>
  circuitRelayServer({
    hopTimeout: HANDSHAKE_TIMEOUT_MS,
    maxInboundHopStreams: RELAYED_STREAMS_MAX,
    maxOutboundHopStreams: RELAYED_STREAMS_MAX,
    maxOutboundStopStreams: RELAYED_STREAMS_MAX,
  })(shown(components, gate))

/** Whom relaying is for, and when: while one dialled, the other may have got through. */
export const relayHooks = (gate: Gate, peers: Peers): ConnectionGater => ({
  denyOutboundConnection: (peer, connection) =>
    relayOf(connection.remoteAddr) !== null && peers.pathTo(peer.toString())?.through === null,
  // Standing reservations take their place.
  denyInboundRelayReservation: () => true,
  denyOutboundRelayedConnection: (from, to) =>
    !gate.isMember(from.toString()) || !gate.isMember(to.toString()),
  // Who has never met this node proves itself on that very connection.
  denyInboundRelayedConnection: (_relay, from) => !gate.isAdmitted(from.toString()),
})

/** One that no time and no bytes end. */
const standing = (): Reservation => {
  const { signal } = new AbortController()
  // Everything that is carried listens to it.
  setMaxListeners(0, signal)
  return {
    addr: multiaddr(),
    expiry: new Date(Number.MAX_SAFE_INTEGER),
    signal: Object.assign(signal, { reset: () => {}, clear: () => {} }),
  }
}

/** Who may be carried to: the members that are connected directly. */
export class StandingReservations {
  readonly #peers: Peers
  readonly #standing = standing()
  #service: CircuitRelayService | null = null

  constructor(components: { readonly peers: Peers }) {
    this.#peers = components.peers
  }

  attach(service: CircuitRelayService): void {
    this.#service = service
  }

  /** Its connections have changed. */
  onMember(node: NodeId): void {
    const reservations = this.#service?.reservations
    const peer = peerIdFromString(node)
    if (this.#peers.pathTo(node)?.through === null) reservations?.set(peer, this.#standing)
    else reservations?.delete(peer)
  }
}
