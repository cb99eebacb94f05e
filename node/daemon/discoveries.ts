/** Which ways of finding the mesh the settings ask for. */
import type { Settings } from '../../protocols/control/settings/index.ts'
import { type JoinToken, meshIdOf } from '../../protocols/credentials/index.ts'
import { discoveryKey, discoveryTag } from '../join/index.ts'
import {
  createAddressDiscovery,
  createBroadcastDiscovery,
  createDnsDiscovery,
  createMdnsDiscovery,
  directOf,
  type Interfaces,
  isLoopbackOnly,
  parseAddress,
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
  /** The id of the mesh. */
  readonly mesh: string
  /** Where members were, as a join token tells, beside those addresses that the settings name. */
  readonly known?: readonly string[]
  /** Where nodes may connect to this one, as multiaddrs. */
  readonly listening: readonly string[]
  /** What to say of this node, null to say nothing yet; null where it only looks. */
  readonly announce: (() => { readonly node: string; readonly addresses: readonly string[] } | null) | null
}

const interfacesOf = ({ bindInterface }: Settings, listening: readonly string[]): Interfaces => {
  // A node that listens on loopback alone must not meet machines of the network around it.
  if (isLoopbackOnly(listening)) return 'loopback'
  return bindInterface.length === 0 ? 'all' : bindInterface
}

/** The addresses that a person gave, as multiaddrs. @throws `addressInvalid` */
export const givenAddresses = ({ at, discoveryPort }: Settings): string[] =>
  at.map((address) => parseAddress(address, discoveryPort))

/** Those discoveries, not yet started. @throws `addressInvalid` */
export const createDiscoveries = (
  components: DiscoveriesComponents,
  { settings, mesh, known = [], listening, announce }: DiscoveriesInit,
): Discovery[] => {
  const { discovery, discoveryPort: port, discoveryDomain: domain, discoveryDnsServer: server } = settings
  const interfaces = interfacesOf(settings, listening)
  const speaks = (method: 'mdns' | 'broadcast') => discovery === 'lan' || discovery === method
  const tag = discoveryTag(mesh)
  const discoveries = [createAddressDiscovery({ addresses: [...givenAddresses(settings), ...known] })]
  if (speaks('mdns')) {
    const init = { serviceTag: tag, interfaces, announce: announce ?? (() => null) }
    discoveries.push(createMdnsDiscovery(components, init))
  }
  if (speaks('broadcast'))
    discoveries.push(
      createBroadcastDiscovery(components, { key: discoveryKey(mesh), port, interfaces, announce }),
    )
  if (domain !== null)
    discoveries.push(createDnsDiscovery(components, { tag, domain, server, defaultPort: port }))
  return discoveries
}

/**
 * Those of a machine that joins: of the mesh that the token pins, also where the token says that members are. It is silent until it
 * can let others in: machines that join at once would find, dial and question each other, each of them all others, in vain.
 */
export const discoveriesByToken = (
  ground: Ground,
  { terms }: JoinToken,
  isMember: () => boolean,
): Discovery[] => discoveriesOf(ground, meshIdOf(terms.rootHash), { known: terms.addresses, isMember })

/** Under which machines without a token look for a mesh, in place of its id, which is hexadecimal. */
const OPEN_LAN = 'open'

/**
 * By which a member that is open tells the LAN of itself, and a machine without a token finds it: by what everybody knows. That one
 * also looks where a person said that a member is.
 */
export const openLanDiscoveries = (ground: Ground, isOpen: boolean): Discovery[] => {
  const { settings } = ground
  const here = { ...settings, discoveryDomain: null, ...(isOpen && { at: [] }) }
  return discoveriesOf({ ...ground, settings: here }, OPEN_LAN, { isMember: () => isOpen })
}

/** Everything that finds members at this node's place in the network, and tells them of it. */
export const discoveriesOf = (
  { settings, network, clock, random, logger }: Ground,
  mesh: string,
  {
    known = [],
    isMember = () => true,
  }: { readonly known?: readonly string[]; readonly isMember?: () => boolean } = {},
): Discovery[] => {
  const { connections } = network
  const direct = () => directOf(connections.addresses())
  return createDiscoveries(
    { logger: logger.child({ part: 'discovery' }), clock, random },
    {
      settings,
      mesh,
      known,
      listening: direct(),
      announce: () => (isMember() ? { node: connections.self, addresses: direct() } : null),
    },
  )
}
