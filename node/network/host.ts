/** The libp2p node, with every default changed that would hurt a mesh. */

import type { CircuitRelayServerComponents } from '@libp2p/circuit-relay-v2'
import type { GossipSubComponents } from '@libp2p/gossipsub'
import type {
  ComponentLogger,
  Connection,
  ConnectionGater,
  Listener,
  Logger,
  Metrics,
} from '@libp2p/interface'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import type { Multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { BULK_MUXER } from './bulk-dial.ts'
import type { Gate } from './gate.ts'
import { privateKeyOf } from './identity.ts'
import {
  ADDRESS_DIAL_TIMEOUT_MS,
  CONNECTIONS_MAX,
  DIALLED_ADDRESSES_MAX,
  HANDSHAKE_TIMEOUT_MS,
  HOST_CONNECTIONS_PER_SECOND_MAX,
  NODE_DIAL_TIMEOUT_MS,
  PENDING_CONNECTIONS_MAX,
  PING_INTERVAL_MS,
  PING_TIMEOUT_MS,
  STREAM_WINDOW_BYTES_MAX,
  TUNNELS_PER_PEER_MAX,
} from './limits.ts'
import type { Peers } from './peers.ts'
import { relayHooks, relayServer, relayTransport } from './relaying.ts'
import { sturdyYamux } from './sturdy-yamux.ts'
import { wholeNoise } from './whole-noise.ts'

/** What libp2p keeps inside and its public face does not show. */
export interface HostParts extends GossipSubComponents {
  readonly transportManager: {
    /** Those really listened on, wildcards expanded. */
    getAddrs(): Multiaddr[]
    getListeners(): Listener[]
    /** Past the queue of dials, and past what is connected already. */
    dial(address: Multiaddr, options: object): Promise<Connection>
  }
}

/** libp2p's own log lines: formatting them costs more than they tell. */
const silent: Logger = Object.assign(() => {}, {
  enabled: false,
  trace: Object.assign(() => {}, { enabled: false }),
  error: () => {},
  newScope: () => silent,
})
const silentLogger: ComponentLogger = { forComponent: () => silent }

/** Yamux's smallest window, and where every stream starts. */
const STREAM_WINDOW_BYTES = 256 * 1024

const STREAM_OPTIONS = {
  initialStreamWindowSize: STREAM_WINDOW_BYTES,
  maxStreamWindowSize: STREAM_WINDOW_BYTES_MAX,
  // Over the window, or a paused stream would be aborted instead of waiting.
  maxReadBufferLength: 2 * STREAM_WINDOW_BYTES_MAX,
}

/** Makes the node, not yet started. */
export const createHost = (init: {
  readonly privateKey: Uint8Array
  readonly listen: readonly string[]
  readonly gate: Gate
  readonly peers: Peers
  /** What else is asked of a connection before the gate is. */
  readonly hooks: ConnectionGater
  readonly metrics: Metrics
}) =>
  createLibp2p({
    start: false,
    privateKey: privateKeyOf(init.privateKey),
    addresses: { listen: [...init.listen] },
    logger: silentLogger,
    connectionGater: { ...init.gate.hooks, ...relayHooks(init.gate, init.peers), ...init.hooks },
    metrics: () => init.metrics,
    transports: [tcp({ maxConnections: CONNECTIONS_MAX }), relayTransport(init.gate)],
    connectionEncrypters: [wholeNoise()],
    streamMuxers: [
      sturdyYamux({ streamOptions: STREAM_OPTIONS }),
      sturdyYamux(
        {
          streamOptions: STREAM_OPTIONS,
          maxInboundStreams: TUNNELS_PER_PEER_MAX,
          maxOutboundStreams: TUNNELS_PER_PEER_MAX,
        },
        BULK_MUXER,
      ),
    ],
    connectionManager: {
      maxConnections: CONNECTIONS_MAX,
      maxIncomingPendingConnections: PENDING_CONNECTIONS_MAX,
      inboundConnectionThreshold: HOST_CONNECTIONS_PER_SECOND_MAX,
      inboundUpgradeTimeout: HANDSHAKE_TIMEOUT_MS,
      maxPeerAddrsToDial: DIALLED_ADDRESSES_MAX,
      dialTimeout: NODE_DIAL_TIMEOUT_MS,
      addressDialTimeout: ADDRESS_DIAL_TIMEOUT_MS,
      // The address book has them newest first; libp2p would sort by kind.
      addressSorter: () => 0,
    },
    connectionMonitor: { pingInterval: PING_INTERVAL_MS, pingTimeout: { minTimeout: PING_TIMEOUT_MS } },
    // By default addresses are forgotten after 1 h and peers after 6 h, and with them who speaks what.
    peerStore: { maxAddressAge: Number.POSITIVE_INFINITY, maxPeerAge: Number.POSITIVE_INFINITY },
    services: {
      ping: ping(),
      relay: (components: CircuitRelayServerComponents) => relayServer(init.gate)(components),
      // The parts that gossipsub needs; it is started by `gossip.ts`, behind a registrar that shows it members only.
      parts: (components: HostParts): HostParts => ({
        privateKey: components.privateKey,
        peerId: components.peerId,
        peerStore: components.peerStore,
        registrar: components.registrar,
        connectionManager: components.connectionManager,
        logger: components.logger,
        transportManager: components.transportManager,
      }),
    },
  })

export type Host = Awaited<ReturnType<typeof createHost>>
