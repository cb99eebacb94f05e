/**
 * libp2p's registrar as gossipsub sees it: a mesh of members alone.
 *
 * libp2p tells a topology of every peer that identify reports; here it is told of members when they connect, and of
 * connections whose peer becomes a member later, and handlers abort the streams of anybody else.
 */
import type { Connection, Topology } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Gate } from './gate.ts'
import type { HostParts } from './host.ts'

type Registrar = HostParts['registrar']

export interface MemberRegistrar {
  readonly registrar: Registrar
  /** Tells of a member's connection; repeated calls do no harm. */
  announce(connection: Connection): void
  retract(node: NodeId): void
}

export const createMemberRegistrar = (registrar: Registrar, gate: Gate): MemberRegistrar => {
  const topologies = new Map<string, Topology>()
  let registrations = 0

  /** Gossipsub registers one topology for each of its versions. */
  const distinct = (): Set<Topology> => new Set(topologies.values())

  return {
    registrar: {
      getProtocols: () => registrar.getProtocols(),
      getHandler: (protocol) => registrar.getHandler(protocol),
      unhandle: (protocol, options) => registrar.unhandle(protocol, options),
      use: (protocol, middleware) => registrar.use(protocol, middleware),
      unuse: (protocol) => registrar.unuse(protocol),
      getMiddleware: (protocol) => registrar.getMiddleware(protocol),
      getTopologies: () => [...distinct()],
      handle: (protocol, handler, options) =>
        registrar.handle(
          protocol,
          (stream, connection) =>
            gate.isMember(connection.remotePeer.toString())
              ? handler(stream, connection)
              : stream.abort(new Error('not a member')),
          options,
        ),
      register: async (_protocol, topology) => {
        registrations += 1
        topologies.set(String(registrations), topology)
        return String(registrations)
      },
      unregister: (id) => {
        topologies.delete(id)
      },
    },
    announce: (connection) => {
      for (const topology of distinct()) void topology.onConnect?.(connection.remotePeer, connection)
    },
    retract: (node) => {
      for (const topology of distinct()) void topology.onDisconnect?.(peerIdFromString(node))
    },
  }
}
