/**
 * A person's browser reads a service of the mesh through this node, over WebRTC, wherever the service runs.
 *
 * Each service has an origin of its own, `http://<service>.localhost:PORT`, on the loopback of this machine.
 * docs/design/gateway.md tells the whole way.
 */
import { Gateway } from './gateway.ts'
import type { GatewayComponents, GatewayInit, GatewayService } from './types.ts'

export { browserAsset } from './assets.ts'
export type { GatewayComponents, GatewayInit, GatewayService, ServiceResolver } from './types.ts'

/** Makes the gateway. Its `start` throws `portInUse`. */
export const createGateway = (components: GatewayComponents, init: GatewayInit): GatewayService =>
  new Gateway(components, init)
