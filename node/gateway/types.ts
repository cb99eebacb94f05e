import type { NodeId } from '../../protocols/wire/index.ts'
import type { OpenUpstream } from '../../signaling/gateway/index.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Requests } from '../ports/network.ts'
import type { Service } from '../ports/service.ts'

/** What the gateway must know of services; narrower than the cluster's view. */
export interface ServiceResolver {
  /** Nodes where a replica runs, perhaps none. @throws `gatewayServiceUnknown` */
  nodesOf(service: string): readonly NodeId[]
  /** Where a replica on this node listens, on this machine. @throws `serviceNotHere` */
  readonly openUpstream: OpenUpstream
}

export interface GatewayComponents {
  readonly logger: Logger
  readonly clock: Clock
  readonly random: Random
  readonly requests: Requests
  readonly services: ServiceResolver
}

export interface GatewayInit {
  readonly self: NodeId
  /** Port 0 takes a free one. */
  readonly listen: { readonly host: string; readonly port: number }
  /** Addresses at which browsers may find this node; all that the machine has, when absent. */
  readonly iceAddresses?: readonly string[]
}

export interface GatewayService extends Service {
  /** The address of a service for a browser on this machine. */
  url(service: string): string
  /** The port that it listens on; 0 before the start. */
  readonly port: number
  /** Sessions that this node answers at the moment. */
  readonly sessionCount: number
}
