/**
 * The composition root: the only file that names every concrete part of a node and gives each what it needs.
 * Nothing is decided here; what a part does is in its own folder.
 */
import { join } from 'node:path'
import { DEFAULT_TIMINGS } from '../protocols/consensus/index.ts'
import type { Daemon, DaemonOptions, DaemonReady } from '../protocols/control/index.ts'
import { DEFAULT_PORTS, VERSION } from '../protocols/control/index.ts'
import { CoterieError } from '../protocols/errors/index.ts'
import { MEMBERSHIP_TIMINGS } from '../protocols/membership/index.ts'
import type { NodeId } from '../protocols/wire/index.ts'
import { createConsensusService } from './consensus/index.ts'
import { createControl, createEventLog } from './control/index.ts'
import { checkEntry, type Entry, enterMesh } from './daemon/enter-mesh.ts'
import { createJsonLogger } from './daemon/json-logger.ts'
import { leaveMesh } from './daemon/leave-mesh.ts'
import { setAside } from './daemon/mesh-file.ts'
import { createMeshQueries } from './daemon/mesh-queries.ts'
import { recordHappenings } from './daemon/record-happenings.ts'
import { createShutdown, type Shutdown } from './daemon/shutdown.ts'
import { systemClock } from './daemon/system-clock.ts'
import { createDecisionService, judgeForwarded } from './decisions/index.ts'
import { discoveryTag, handleJoins } from './join/index.ts'
import { createMembershipService } from './membership/index.ts'
import {
  createAddressDiscovery,
  createMdnsDiscovery,
  createNetwork,
  generateIdentity,
  isLoopbackOnly,
  nodeIdOf,
  parseAddress,
  portOwner,
} from './network/index.ts'
import type { Discovery } from './ports/discovery.ts'
import type { Logger } from './ports/logger.ts'
import type { Network } from './ports/network.ts'
import type { Store } from './ports/storage.ts'
import { createIdentity, loadIdentity, openDataDir, openStore } from './storage/index.ts'
import { createVoterKeeper } from './voters/index.ts'

/** An identity that leaves is answered before its connections are closed. */
const REMOVAL_GRACE_MS = 1_000

/** How long a node that joined waits for the log to tell it so. */
const ADMISSION_TIMEOUT_MS = 20_000

/** Starts a node and resolves when it is ready; see `DaemonModule` for its errors. */
export const startDaemon = async (options: DaemonOptions): Promise<Daemon> => {
  const logger = createJsonLogger(options.settings.values.logLevel)
  const shutdown = createShutdown(logger)
  try {
    return await assemble(options, logger, shutdown)
  } catch (error) {
    await shutdown.run()
    throw error
  }
}

const openIdentity = async (dataDir: string): Promise<Uint8Array> => {
  const known = await loadIdentity(dataDir)
  if (known !== null) return known.privateKey
  const privateKey = generateIdentity()
  await createIdentity(dataDir, { privateKey })
  return privateKey
}

/** What everything else stands on: settings, disk, network. */
interface Ground {
  readonly settings: DaemonOptions['settings']['values']
  readonly logger: Logger
  readonly store: Store
  readonly network: Network
  readonly shutdown: Shutdown
}

const openGround = async (options: DaemonOptions, root: Logger, shutdown: Shutdown): Promise<Ground> => {
  const { values: settings } = options.settings
  const store = await openStore({ dataDir: settings.dataDir, logger: root })
  shutdown.add('store', () => store.close())
  const privateKey = await openIdentity(settings.dataDir)
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
      listen: settings.listen.map((address) => parseAddress(address, DEFAULT_PORTS.node)),
      advertise: settings.advertise.map((address) => parseAddress(address, DEFAULT_PORTS.node)),
    },
  )
  await network.start()
  shutdown.add('network', () => network.stop())
  return { settings, logger, store, network, shutdown }
}

/** The planes that decide: who is alive, what was agreed, who votes. */
const openPlanes = (ground: Ground, { mesh }: Entry, onFailed: (error: Error) => void) => {
  const { logger, store, network } = ground
  const { connections, messages, requests, streams } = network
  const edge = { connections, messages, requests, streams, clock: systemClock, random: Math.random }
  const consensus = createConsensusService(
    { ...edge, store: store.consensus, logger: logger.child({ part: 'consensus' }) },
    {
      self: connections.self,
      timings: DEFAULT_TIMINGS,
      founding: mesh.founder,
      admit: judgeForwarded,
      onFailed,
    },
  )
  const decisions = createDecisionService({ consensus, logger: logger.child({ part: 'decisions' }) })
  const membership = createMembershipService(
    { ...edge, records: store.records('membership'), logger: logger.child({ part: 'membership' }) },
    { self: connections.self, timings: MEMBERSHIP_TIMINGS },
  )
  const isAlive = (node: NodeId) =>
    membership.members().some((member) => member.node === node && member.state === 'alive')
  const voters = createVoterKeeper({
    consensus,
    decisions,
    membership: { isAlive, onChange: (listener) => membership.onChange(listener) },
    clock: systemClock,
    logger: logger.child({ part: 'voters' }),
  })
  return { consensus, decisions, membership, voters }
}
type Planes = ReturnType<typeof openPlanes>

/** Keeps the gate, the roster and membership at what the log says; until it says anything, at whom we knew when we joined. */
const followRoster = ({ network }: Ground, { decisions, membership }: Planes, { mesh }: Entry): void => {
  const { connections } = network
  const apply = (members: ReadonlySet<NodeId>) => {
    connections.setMembers(members)
    membership.setRoster(members)
  }
  const fromLog = () => {
    const { nodes } = decisions.view
    apply(nodes.size > 0 ? new Set(nodes.keys()) : new Set([connections.self, ...mesh.members]))
  }
  fromLog()
  decisions.onApplied(({ decision }) => {
    if (decision.type === 'nodeAdmitted') fromLog()
    if (decision.type === 'nodeRemoved') systemClock.after(REMOVAL_GRACE_MS, fromLog)
  })
}

/** The first words of a mesh: its name and its first node. Said again after a crash in between, once each. */
const foundMesh = async (
  { network, settings }: Ground,
  { decisions }: Planes,
  { mesh }: Entry,
): Promise<void> => {
  const { self } = network.connections
  const atMs = systemClock.wallMs()
  if (decisions.view.mesh === null)
    await decisions.decide({ type: 'meshFounded', mesh: mesh.mesh, name: mesh.name, atMs })
  if (!decisions.view.nodes.has(self)) {
    const addresses = [...network.connections.addresses()]
    await decisions.decide({ type: 'nodeAdmitted', node: self, name: settings.nodeName, addresses, atMs })
  }
}

/** Resolves once the log, as followed here, says that this node is a member. */
const awaitAdmission = (self: NodeId, { decisions }: Planes): Promise<void> =>
  new Promise((resolve, reject) => {
    if (decisions.view.nodes.has(self)) return resolve()
    const cancel = systemClock.after(ADMISSION_TIMEOUT_MS, () => {
      end()
      reject(new CoterieError('noQuorum', { waitedMs: ADMISSION_TIMEOUT_MS }))
    })
    const end = decisions.onBatch(() => {
      if (!decisions.view.nodes.has(self)) return
      cancel()
      end()
      resolve()
    })
  })

/** Everything that finds members at this node's place in the network. */
const discoveriesOf = ({ settings, network, logger }: Ground, secret: Uint8Array): Discovery[] => {
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

/** Starts what finds members, unless joining did, and tells the roster where they were seen. */
const followDiscoveries = async (
  { network, shutdown }: Ground,
  discoveries: readonly Discovery[],
  entry: Entry,
) => {
  for (const discovery of discoveries) {
    discovery.onFound(({ node, addresses }) => {
      if (node !== null) network.connections.learn(node, addresses)
    })
    if (entry.how !== 'joined') await discovery.start()
    shutdown.add('discovery', () => discovery.stop())
  }
}

/** What to tell the person who started this node. */
const readyOf = (
  { mesh, how }: Entry,
  { settings, network }: Ground,
  apiPort: number,
  apiTokenFile: string,
  nodes: number,
): DaemonReady => {
  const { self } = network.connections
  const alone =
    'This node votes alone: if it stops, nothing new is decided. With a third node (also a Raspberry Pi) any one may stop.'
  return {
    node: { id: self, name: settings.nodeName },
    mesh: { id: mesh.mesh, name: mesh.name },
    how,
    secret: how === 'founded' ? mesh.secret : null,
    addresses: network.connections.addresses(),
    socket: settings.socket,
    apiPort,
    apiTokenFile,
    gatewayPort: null,
    notes: nodes < 3 ? [alone] : [],
  }
}

const assemble = async (options: DaemonOptions, root: Logger, shutdown: Shutdown): Promise<Daemon> => {
  const startedAtMs = systemClock.nowMs()
  const { settings } = options
  await openDataDir(settings.values.dataDir)
  const { known, secret } = await checkEntry(options)
  const ground = await openGround(options, root, shutdown)
  const { logger, network } = ground
  const { connections, requests } = network
  const { self } = connections
  const discoveries = discoveriesOf(ground, secret)
  const entry: Entry =
    known === null
      ? await enterMesh({ network, clock: systemClock, logger, discoveries }, options, secret)
      : { mesh: known, how: 'restarted' }

  const stopped = Promise.withResolvers<void>()
  const planes = openPlanes(ground, entry, (error) => end(error))
  const { consensus, decisions, membership, voters } = planes
  const events = createEventLog({ clock: systemClock })
  const mesh = createMeshQueries({
    self,
    version: VERSION,
    startedAtMs,
    decisions: decisions.view,
    nowMs: systemClock.nowMs,
    consensus: () => consensus.view(),
    members: () => membership.members(),
    connections,
  })
  recordHappenings({ record: events.record, decisions, consensus, membership })
  followRoster(ground, planes, entry)
  handleJoins(
    { requests, decisions, clock: systemClock, logger, addressesOf: mesh.addressesOf },
    { self, secret },
  )

  const leave = async () => {
    await leaveMesh({ self, clock: systemClock, consensus, decisions, membership })
    systemClock.after(REMOVAL_GRACE_MS, () => {
      end(
        null,
        async () => void (await setAside(settings.values.dataDir, entry.mesh.mesh, systemClock.wallMs())),
      )
    })
    return { mesh: entry.mesh.name }
  }
  const tokenPath = join(settings.values.dataDir, 'api-token')
  const control = createControl(
    { logger: logger.child({ part: 'api' }), mesh, events, membership: { leave }, portOwner },
    {
      socketPath: settings.values.socket,
      host: '127.0.0.1',
      port: settings.values.apiPort,
      tokenPath: tokenPath,
      version: VERSION,
      settings,
    },
  )
  for (const [name, service] of Object.entries({ membership, consensus, voters, control })) {
    shutdown.add(name, () => service.stop())
    await service.start()
  }
  await followDiscoveries(ground, discoveries, entry)
  if (entry.mesh.founder) await foundMesh(ground, planes, entry)
  if (entry.how === 'joined') await awaitAdmission(self, planes)

  /** Ends the daemon once; `after` runs when everything is closed. */
  function end(error: Error | null, after: () => Promise<void> = async () => undefined): void {
    shutdown
      .run()
      .then(after)
      .then(() => (error === null ? stopped.resolve() : stopped.reject(error)))
  }
  return {
    ready: readyOf(entry, ground, control.port, tokenPath, decisions.view.nodes.size),
    stop: () => {
      end(null)
      return stopped.promise
    },
    stopped: stopped.promise,
  }
}
