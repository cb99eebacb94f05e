/**
 * The composition root: with its room, `node/daemon/`, the only place that names every concrete part of a node
 * and gives each what it needs. Nothing is decided here; what a part does is in its own folder.
 */
import { join } from 'node:path'
import { type Daemon, type DaemonOptions, type DaemonReady, VERSION } from '../../protocols/control/index.ts'
import type { DecisionView } from '../../protocols/decisions/index.ts'
import { checkDoors, createControl, createEventLog } from '../control/index.ts'
import type { DecisionService } from '../decisions/index.ts'
import { createTokenDesk, handleJoins } from '../join/index.ts'
import { serveLogs } from '../logs/index.ts'
import { portOwner, relayIn } from '../network/index.ts'
import type { Logger } from '../ports/logger.ts'
import { damagedStores, type OpenStore } from '../storage/index.ts'
import { openCertificateDesk } from './certificate-desk.ts'
import type { CheckedEntry } from './check-entry.ts'
import { openConditionWatch } from './condition.ts'
import { openCore, startServices } from './core.ts'
import { createDataFiles } from './data-files.ts'
import { discoveriesByToken, discoveriesOf, givenAddresses } from './discoveries.ts'
import { openDesk, openGateway } from './doors.ts'
import { type Entry, enterMesh } from './enter-mesh.ts'
import { followDiscoveries } from './follow-discoveries.ts'
import { openGiven } from './given-certificate.ts'
import { type Ground, openGround } from './ground.ts'
import { leaveMesh } from './leave-mesh.ts'
import { openMetrics } from './measures.ts'
import { setAside } from './mesh-file.ts'
import { createMeshKeeper } from './mesh-keeper.ts'
import { createMeshQueries } from './mesh-queries.ts'
import { openDoctor } from './open-doctor.ts'
import { FIRST_TOKEN, openTokens } from './open-tokens.ts'
import { foundMesh, type Planes, resumeIfAlone } from './planes.ts'
import { openQuorumDesk } from './quorum-desk.ts'
import { createReadiness } from './readiness.ts'
import { recordHappenings } from './record-happenings.ts'
import { openRecordsDesk } from './records-desk.ts'
import { awaitAdmission, REMOVAL_GRACE_MS } from './roster.ts'
import { openRuntimes } from './runtimes.ts'
import { followRole, roleNote } from './settled-role.ts'
import type { Shutdown } from './shutdown.ts'
import { followSilence } from './silent-members.ts'
import { systemClock } from './system-clock.ts'
import { countLost, openTaskCounts } from './task-tally.ts'
import { openTrust } from './trust.ts'
import { foundAdmin, openUsers } from './users.ts'
import { versionStatus } from './version-status.ts'
import { describeWatchdog } from './watchdog-process.ts'
import { followWork } from './work.ts'

const HOUR_MS = 3_600_000

/** What a start has before it has anything else. */
export interface Begun {
  readonly checked: CheckedEntry
  readonly logger: Logger
  readonly shutdown: Shutdown
  readonly store: OpenStore
}

/** Puts a node together and starts it; what it started, the shutdown ends. */
export const assemble = async (options: DaemonOptions, begun: Begun): Promise<Daemon> => {
  const startedAtMs = systemClock.nowMs()
  const { values: settings } = options.settings
  const { checked, shutdown } = begun
  const ground = await openGround(options, begun)
  const { logger, network } = ground
  const { connections, requests } = network
  const { self } = connections
  const doors = { socketPath: settings.socket, host: settings.apiAddress, port: settings.apiPort }
  const metricsDoor =
    settings.metricsPort === null ? null : { host: settings.metricsAddress, port: settings.metricsPort }
  const gatewayDoor = { host: '127.0.0.1', port: settings.gatewayPort }
  const ports = [doors, gatewayDoor, ...(metricsDoor === null ? [] : [metricsDoor])]
  const given = await openGiven(ground, options.settings)
  await checkDoors({ socketPath: doors.socketPath, ports }, portOwner)
  // What cannot be is found while nothing is founded yet.
  givenAddresses(settings)
  const presentedAtMs = systemClock.nowMs()
  let isMember = checked.kind !== 'join'
  const joining = checked.kind === 'join' ? discoveriesByToken(ground, checked.token, () => isMember) : null
  // Also where nobody lets this machine in: their sockets would keep the process.
  shutdown.add('search', async () => void (await Promise.all((joining ?? []).map((way) => way.stop()))))
  const files = createDataFiles(settings.dataDir)
  const entry = await enterMesh(
    { network, files, keys: ground.signing, clock: systemClock, logger, discoveries: joining ?? [] },
    options,
    checked,
  )
  const discoveries = joining ?? discoveriesOf(ground, entry.mesh.mesh)

  const stopped = Promise.withResolvers<void>()
  // A daemon that nobody watches any more must not end its process by an unhandled rejection.
  stopped.promise.catch(() => undefined)
  /** What is left to do when everything is closed, whoever ends the daemon. */
  let lastly: () => Promise<unknown> = async () => undefined
  let ending: Promise<void> | null = null
  /** Ends the daemon once; the first to ask says why. */
  const end = (error: Error | null): Promise<void> => {
    ending ??= shutdown
      .run()
      .then(() => lastly())
      .then(() => (error === null ? stopped.resolve() : stopped.reject(error)), stopped.reject)
    return ending
  }

  const keeper = createMeshKeeper({ logger }, { dataDir: settings.dataDir, mesh: entry.mesh })
  shutdown.add('mesh file', keeper.close)
  const trust = await openTrust(ground, files, entry.mesh.mesh, () => core.planes.decisions)
  const core = openCore(ground, {
    mesh: entry.mesh,
    runtimes: openRuntimes(ground, entry.mesh),
    records: { bounds: { periodMs: settings.recordsPeriod * HOUR_MS, archivesKept: settings.recordsKept } },
    onMembers: keeper.setMembers,
    onFailed: (error) => void end(error),
  })
  const { planes, work } = core
  const { consensus, decisions, membership, intent } = planes
  const events = createEventLog({ clock: systemClock })
  const counts = openTaskCounts(ground, planes)
  const readiness = createReadiness({ self, decisions, consensus, writes: ground.writes })
  const mesh = createMeshQueries({
    self,
    version: VERSION,
    meshVersion: () =>
      versionStatus({
        supported: ground.versions,
        decisions,
        profileOf: work.observed.profileOf,
        silentMs: planes.silentMs,
      }),
    startedAtMs,
    decisions: decisions.view,
    nowMs: systemClock.nowMs,
    consensus: () => consensus.view(),
    member: (node) => membership.member(node),
    healthOf: planes.healthOf,
    conditionOf: work.observed.conditionOf,
    connections,
    reach: network.reach,
    clocksAheadMs: () => intent.clocksAheadMs(),
    tasks: async () => ({
      tasks: (await counts.read()).byState,
      tasksLost: countLost(decisions.view, planes.healthOf),
    }),
    damagedStores: () => damagedStores(settings.dataDir),
    watchdog: () => describeWatchdog(ground.watchdog),
  })
  followSilence({ membership, reach: network.reach })
  recordHappenings({ record: events.record, decisions, consensus, membership, intent })
  const gateway = openGateway(ground, planes, work)
  serveLogs(network.streams, work.agent)
  const { addressesOf } = mesh
  const { certificates } = trust
  const admitting = { decisions, certificates, clock: systemClock, addressesOf, ...ground.signing }
  const remoteAddress = (node: string) => network.remoteAddress(node)
  handleJoins({ ...admitting, requests, remoteAddress, logger }, { self })
  // Nobody carries the connections of a machine that is no member yet.
  const directAddressesOf = (node: string) => addressesOf(node).filter((address) => relayIn(address) === null)
  const tokenDesk = createTokenDesk({ ...admitting, addressesOf: directAddressesOf }, { self })
  const tokens = openTokens(tokenDesk, decisions.view, systemClock.wallMs)

  const leave = async () => {
    await leaveMesh({ self, clock: systemClock, consensus, decisions, membership })
    lastly = () => setAside(settings.dataDir, entry.mesh.mesh, systemClock.wallMs())
    systemClock.after(REMOVAL_GRACE_MS, () => void end(null))
    return { mesh: entry.mesh.name }
  }
  const users = openUsers(ground, planes, entry.mesh)
  const desk = openDesk(ground, planes, work, gateway)
  const doctor = openDoctor(ground, planes, {
    meshId: entry.mesh.mesh,
    mesh,
    readiness,
    gateway,
    certificates,
    control: () => control,
  })
  const control = createControl(
    {
      logger: logger.child({ part: 'api' }),
      clock: systemClock,
      identity: given ?? certificates,
      mesh,
      readiness,
      metrics: openMetrics(ground, planes, { startedAtMs, readiness, counts }),
      events,
      membership: { leave },
      deployments: desk,
      services: desk,
      conflicts: desk,
      quorum: openQuorumDesk(ground, planes),
      records: openRecordsDesk(core.records, decisions.view),
      doctor,
      tokens,
      certificates: openCertificateDesk(trust.desk, decisions.view),
      users,
      portOwner,
    },
    {
      ...doors,
      metrics: metricsDoor,
      tls: settings.tlsEnabled,
      tokenPath: join(settings.dataDir, 'api-token'),
      givenTokenPath: settings.apiTokenFile,
      metricsTokenPath: join(settings.dataDir, 'metrics-token'),
      version: VERSION,
      settings: options.settings,
    },
  )
  doctor.serve()
  readAhead(begun.store, decisions)
  const condition = openConditionWatch(ground, intent)
  const own = { certificates, ...core.services, gateway, users, control, condition }
  await startServices(ground, own)
  followWork(ground, planes, work)
  followRole({ self, decisions, logger }, options.settings)
  await followDiscoveries(ground, discoveries, entry.how === 'joined')
  await planes.decisions.settled()
  resumeIfAlone(planes, entry.mesh, settings.dataDir)
  await foundMesh(ground, planes, entry.mesh, trust.founding)
  await foundAdmin(planes, entry.mesh)
  await keeper.noteFounded()
  if (entry.how === 'joined') await awaitAdmission(core.roster, options.signal)
  isMember = true
  const token = entry.how === 'founded' ? (await tokens.create(FIRST_TOKEN)).text : null
  const joinMs = entry.how === 'joined' ? systemClock.nowMs() - presentedAtMs : null

  return {
    ready: readyOf(ground, planes, entry, {
      apiPort: control.port,
      apiUrl: control.url,
      apiTokenFile: control.tokenPath,
      gatewayPort: gateway.port,
      metricsPort: control.metricsPort,
      joinMs,
      token,
      notes: notesOf(decisions.view, roleNote(self, decisions.view, options.settings), entry),
    }),
    stop: () => end(null).then(() => stopped.promise),
    reload: async () => given?.reload(),
    stopped: stopped.promise,
  }
}

/** While intent is waited for. What is wrong with the store is told when consensus starts. */
const readAhead = (store: OpenStore, decisions: DecisionService): void => {
  store.readAhead().then(
    ({ snapshot }) => {
      if (snapshot === undefined) return
      const { index, data } = snapshot
      decisions.prepare({ index, data: data.subarray(0, data.byteLength) })
    },
    () => undefined,
  )
}

const VOTES_ALONE =
  'One node votes alone: if it stops, nothing new is decided. From the third node on (also a Raspberry Pi) any one may stop.'

/** A founder that was killed at once, or whose screen is gone, is not stuck. */
const STILL_ALONE =
  'This machine is alone in its mesh: coterie token create prints the line that brings in the next one.'

const notesOf = ({ nodes }: DecisionView, role: string | null, { how, notes }: Entry): string[] => [
  ...notes,
  ...(nodes.size < 3 ? [VOTES_ALONE] : []),
  ...(nodes.size === 1 && how === 'restarted' ? [STILL_ALONE] : []),
  ...(role === null ? [] : [role]),
]

/** What to tell the person who started this node. */
const readyOf = (
  { settings, network }: Ground,
  { decisions }: Planes,
  { mesh, how }: Entry,
  found: Omit<DaemonReady, 'node' | 'mesh' | 'how' | 'addresses' | 'socket'>,
): DaemonReady => {
  const { connections } = network
  const { nodes } = decisions.view
  return {
    ...found,
    node: { id: connections.self, name: nodes.get(connections.self)?.name ?? settings.nodeName },
    mesh: { id: mesh.mesh, name: mesh.name },
    how,
    addresses: connections.addresses().filter((address) => relayIn(address) === null),
    socket: settings.socket,
  }
}
