import type { OwnPort } from '../deployments/index.ts'
import type { Listener } from '../doctor/index.ts'
import { listenersOf } from './examined.ts'
import type { Ground } from './ground.ts'

export interface OwnDoors {
  readonly gateway: { readonly port: number }
  readonly control: { readonly port: number; readonly metricsPort: number | null }
}

/** Where this daemon listens, and what for. */
export const ownListeners = (
  { settings, network }: Pick<Ground, 'settings' | 'network'>,
  { gateway, control }: OwnDoors,
): Listener[] => {
  const { apiAddress, metricsAddress } = settings
  const { port: apiPort, metricsPort } = control
  return listenersOf(network.listening(), {
    apiPort,
    apiAddress,
    gatewayPort: gateway.port,
    metricsPort,
    metricsAddress,
  })
}

/** Ports that no service may have of this machine. */
export const ownPorts = (ground: Pick<Ground, 'settings' | 'network'>, doors: OwnDoors): OwnPort[] => [
  ...ownListeners(ground, doors).map(({ port, use }): OwnPort => ({ port, protocol: 'tcp', use })),
  { port: ground.settings.discoveryPort, protocol: 'udp', use: 'for discovery' },
]
