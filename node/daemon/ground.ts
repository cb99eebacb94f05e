import { join } from 'node:path'
import type { DaemonOptions } from '../../protocols/control/index.ts'
import { DEFAULT_PORTS } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { discoveryTag } from '../join/index.ts'
import {
  createAddressDiscovery,
  createMdnsDiscovery,
  createNetwork,
  generateIdentity,
  isLoopbackOnly,
  nodeIdOf,
  parseAddress,
  parseListenAddress,
} from '../network/index.ts'
import type { Discovery } from '../ports/discovery.ts'
import type { Logger } from '../ports/logger.ts'
import type { Network } from '../ports/network.ts'
import type { Store } from '../ports/storage.ts'
import { createIdentity, loadIdentity, openStore } from '../storage/index.ts'
import type { Shutdown } from './shutdown.ts'
import { systemClock } from './system-clock.ts'

/** What everything else stands on: settings, disk, network. */
export interface Ground {
  readonly settings: DaemonOptions['settings']['values']
  readonly privateKey: Uint8Array
  readonly logger: Logger
  readonly store: Store
  readonly network: Network
  readonly shutdown: Shutdown
}

const openIdentity = async (dataDir: string, store: Store): Promise<Uint8Array> => {
  const known = await loadIdentity(dataDir)
  if (known !== null) return known.privateKey
  // A new identity over an old store would vote with what another one had promised.
  const { hardState } = await store.consensus.load()
  if (hardState !== null) {
    const detail = 'it is missing, and the store beside it belongs to a node'
    throw new CoterieError('identityUnreadable', { path: join(dataDir, 'identity.json'), detail })
  }
  const privateKey = generateIdentity()
  await createIdentity(dataDir, { privateKey })
  return privateKey
}

/** Opens the store and begins to listen. @throws `dataDirInUse`, `storeCorrupt`, `portInUse`, `addressInvalid`, ... */
export const openGround = async (
  options: DaemonOptions,
  root: Logger,
  shutdown: Shutdown,
): Promise<Ground> => {
  const { values: settings } = options.settings
  const store = await openStore({ dataDir: settings.dataDir, logger: root })
  shutdown.add('store', () => store.close())
  const privateKey = await openIdentity(settings.dataDir, store)
  const logger = root.child({ node: nodeIdOf(privateKey) })
  const network = createNetwork(
    {
      logger: logger.child({ part: 'network' }),
      clock: systemClock,
      random: Math.random,
      records: store.records('addresses'),
    },
    {
      privateKey,
      listen: settings.listen.map((address) => parseListenAddress(address, DEFAULT_PORTS.node)),
      advertise: settings.advertise.map((address) => parseAddress(address, DEFAULT_PORTS.node)),
    },
  )
  await network.start()
  shutdown.add('network', () => network.stop())
  return { settings, privateKey, logger, store, network, shutdown }
}

/** Everything that finds members at this node's place in the network, not yet started. */
export const discoveriesOf = ({ settings, network, logger }: Ground, secret: Uint8Array): Discovery[] => {
  const { connections } = network
  const addresses = settings.at.map((address) => parseAddress(address, DEFAULT_PORTS.node))
  const given = createAddressDiscovery({ addresses })
  if (settings.discovery === 'off') return [given]
  const mdns = createMdnsDiscovery(
    { logger: logger.child({ part: 'discovery' }), clock: systemClock, random: Math.random },
    {
      serviceTag: discoveryTag(secret),
      // A node that listens on loopback alone must not meet machines of the network around it.
      interfaces: isLoopbackOnly(connections.addresses()) ? 'loopback' : 'all',
      announce: () => ({ node: connections.self, addresses: connections.addresses() }),
    },
  )
  return [given, mdns]
}
