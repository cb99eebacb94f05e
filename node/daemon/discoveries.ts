/** Which ways of finding the mesh the settings ask for. */
import type { Settings } from '../../protocols/control/settings/index.ts'
import { discoveryKey, discoveryTag } from '../join/index.ts'
import {
  createAddressDiscovery,
  createBroadcastDiscovery,
  createDnsDiscovery,
  createMdnsDiscovery,
  type Interfaces,
  isLoopbackOnly,
  parseAddress,
  relayIn,
} from '../network/index.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { Discovery } from '../ports/discovery.ts'
import type { Logger } from '../ports/logger.ts'
import type { Ground } from './ground.ts'

export interface DiscoveriesComponents {
  readonly logger: Logger
  readonly clock: Clock
  readonly random: Random
}

export interface DiscoveriesInit {
  readonly settings: Settings
  readonly secret: Uint8Array
  /** Where nodes may connect to this one, as multiaddrs. */
  readonly listening: readonly string[]
  /** What to say of this node; null where it only looks. */
  readonly announce: (() => { readonly node: string; readonly addresses: readonly string[] }) | null
}

const interfacesOf = ({ bindInterface }: Settings, listening: readonly string[]): Interfaces => {
  // A node that listens on loopback alone must not meet machines of the network around it.
  if (isLoopbackOnly(listening)) return 'loopback'
  return bindInterface.length === 0 ? 'all' : bindInterface
}

/** Those discoveries, not yet started. @throws `addressInvalid` */
export const createDiscoveries = (
  components: DiscoveriesComponents,
  { settings, secret, listening, announce }: DiscoveriesInit,
): Discovery[] => {
  const { discovery, discoveryPort: port, discoveryDomain: domain, discoveryDnsServer: server } = settings
  const interfaces = interfacesOf(settings, listening)
  const speaks = (method: 'mdns' | 'broadcast') => discovery === 'lan' || discovery === method
  const addresses = settings.at.map((address) => parseAddress(address, port))
  const tag = discoveryTag(secret)
  const discoveries = [createAddressDiscovery({ addresses })]
  if (speaks('mdns')) {
    const init = { serviceTag: tag, interfaces, announce: announce ?? (() => null) }
    discoveries.push(createMdnsDiscovery(components, init))
  }
  if (speaks('broadcast'))
    discoveries.push(
      createBroadcastDiscovery(components, { key: discoveryKey(secret), port, interfaces, announce }),
    )
  if (domain !== null)
    discoveries.push(createDnsDiscovery(components, { tag, domain, server, defaultPort: port }))
  return discoveries
}

/** Everything that finds members at this node's place in the network, and tells them of it. */
export const discoveriesOf = (
  { settings, network, clock, random, logger }: Ground,
  secret: Uint8Array,
): Discovery[] => {
  const { connections } = network
  /** Who looks for the mesh is no member yet, and nobody carries its connections. */
  const direct = () => connections.addresses().filter((address) => relayIn(address) === null)
  return createDiscoveries(
    { logger: logger.child({ part: 'discovery' }), clock, random },
    {
      settings,
      secret,
      listening: direct(),
      announce: () => ({ node: connections.self, addresses: direct() }),
    },
  )
}
