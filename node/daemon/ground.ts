import type { KeyObject } from 'node:crypto'
import { statfs } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { consensusMessageCodec } from '../../protocols/consensus/index.ts'
import type { DaemonOptions } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { leaseMessageCodec } from '../../protocols/leases/index.ts'
import { membershipCodec } from '../../protocols/membership/index.ts'
import { SUPPORTED } from '../../protocols/versions/index.ts'
import { PROTOCOLS } from '../../protocols/wire/index.ts'
import { createSigning, privateKeyOf } from '../intent/index.ts'
import { type ProbeShare, type StoreWrites, watchProbes, watchStore } from '../metrics/index.ts'
import {
  createChannel,
  createNetwork,
  generateIdentity,
  type MeasuredNetwork,
  nodeIdOf,
  parseAdvertisedAddress,
} from '../network/index.ts'
import type { Logger } from '../ports/logger.ts'
import type { Network } from '../ports/network.ts'
import type { Store } from '../ports/storage.ts'
import { createIdentity, loadIdentity, type OpenStore } from '../storage/index.ts'
import type { WatchdogClient } from '../watchdog/index.ts'
import { listenAddresses } from './listen-addresses.ts'
import type { Channels, Outside } from './outside.ts'
import type { Shutdown } from './shutdown.ts'
import { systemClock } from './system-clock.ts'
import { openWatchdog } from './watchdog-process.ts'

const MEBIBYTE = 1024 * 1024
/** As disks are sold. */
const GIGABYTE = 1_000_000_000

/** What everything else stands on: settings, disk, network, and the machine under them. */
export interface Ground extends Outside {
  readonly settings: DaemonOptions['settings']['values']
  readonly network: MeasuredNetwork
  readonly watchdog: WatchdogClient
  readonly shutdown: Shutdown
  /** Of this node's identity. */
  readonly privateKey: KeyObject
  /** Whether the data directory is a copy, whose first one another machine may use. */
  readonly isCopy: boolean
  /** How the store takes writes, and members answer pings. */
  readonly writes: StoreWrites
  readonly probes: ProbeShare
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

const openChannels = ({ messages }: Network, logger: Logger): Channels => {
  const parts = { messages, logger }
  return {
    consensus: createChannel(parts, PROTOCOLS.consensus, consensusMessageCodec),
    membership: createChannel(parts, PROTOCOLS.membership, membershipCodec),
    leases: createChannel(parts, PROTOCOLS.leases, leaseMessageCodec),
  }
}

/** What of this machine tasks may reserve, and reach. */
const lent = async ({
  dataDir,
  maxCpuCores,
  maxMemoryMb,
  maxStorageGb,
  allow,
}: Ground['settings']): Promise<Outside['machine']> => {
  const { blocks, bsize } = await statfs(dataDir)
  // Some file systems tell no size.
  const bytes = blocks * bsize || Number.POSITIVE_INFINITY
  const diskMb = Math.floor(Math.min(bytes, (maxStorageGb ?? Number.POSITIVE_INFINITY) * GIGABYTE) / MEBIBYTE)
  return {
    cpus: Math.min(cpus().length, maxCpuCores ?? Number.POSITIVE_INFINITY),
    memoryMb: Math.min(Math.floor(totalmem() / MEBIBYTE), maxMemoryMb ?? Number.POSITIVE_INFINITY),
    ...(Number.isFinite(diskMb) && { diskMb }),
    ...(allow.length > 0 && { allows: [...allow] }),
  }
}

/** Begins to listen. @throws `identityUnreadable`, `storeCorrupt`, `portInUse`, `addressInvalid`, `interfaceUnknown`, ... */
export const openGround = async (
  options: DaemonOptions,
  {
    logger: root,
    shutdown,
    store: opened,
  }: Pick<Ground, 'logger' | 'shutdown'> & { readonly store: OpenStore },
): Promise<Ground> => {
  const { values: settings } = options.settings
  const { store, writes } = watchStore(opened, systemClock)
  const privateKey = await openIdentity(settings.dataDir, store)
  const logger = root.child({ node: nodeIdOf(privateKey) })
  const timeAndChance = { clock: systemClock, random: Math.random }
  const network = createNetwork(
    {
      logger: logger.child({ part: 'network' }),
      ...timeAndChance,
      records: store.records('addresses'),
    },
    {
      privateKey,
      listen: listenAddresses(settings),
      advertise: settings.advertise.map((address) => parseAdvertisedAddress(address, settings.discoveryPort)),
    },
  )
  await network.start()
  shutdown.add('network', () => network.stop())
  const watchdog = openWatchdog({ clock: systemClock, logger: logger.child({ part: 'watchdog' }) }, settings)
  shutdown.add('watchdog', () => watchdog.close())
  const channels = openChannels(network, logger)
  const { self } = network.connections
  const membership = watchProbes(channels.membership, { self, clock: systemClock })
  return {
    settings,
    nodeName: settings.nodeName,
    versions: SUPPORTED,
    ...timeAndChance,
    logger,
    store,
    indexed: opened.indexed,
    isCopy: opened.isCopy,
    network,
    watchdog,
    channels: { ...channels, membership: membership.channel },
    probes: membership.share,
    writes,
    signing: createSigning(privateKey),
    privateKey: privateKeyOf(privateKey),
    machine: await lent(settings),
    shutdown,
  }
}
