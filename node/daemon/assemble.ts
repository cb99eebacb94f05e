/**
 * The composition root: with its room, `node/daemon/`, the only place that names every concrete part of a node
 * and gives each what it needs. Nothing is decided here; what a part does is in its own folder.
 */
import type { Daemon, DaemonOptions } from '../../protocols/control/index.ts'
import { createEventLog } from '../control/index.ts'
import type { DecisionService } from '../decisions/index.ts'
import type { GivenCertificate } from '../http/index.ts'
import type { Journal } from '../journal/index.ts'
import { serveLogs } from '../logs/index.ts'
import type { Logger } from '../ports/logger.ts'
import type { OpenStore } from '../storage/index.ts'
import { openAdmission } from './admission.ts'
import { openBackupDesk } from './backup-desk.ts'
import { openCertificateDesk } from './certificate-desk.ts'
import type { CheckedEntry } from './check-entry.ts'
import { openConditionWatch } from './condition.ts'
import { type Core, openCore, startServices } from './core.ts'
import { openDesk, openGateway } from './doors.ts'
import { drainingRuntime } from './draining-runtime.ts'
import { createEnding, type Ending } from './ending.ts'
import { openExecs, openPinning, openRegistryDesk, openUsage } from './engine-desks.ts'
import { describeEngine } from './engine-status.ts'
import { type Entrance, openEntrance } from './entrance.ts'
import { farewell } from './farewell.ts'
import { followDiscoveries } from './follow-discoveries.ts'
import { openGiven } from './given-certificate.ts'
import { type Ground, openGround } from './ground.ts'
import { openMetrics } from './measures.ts'
import type { Replaced } from './mesh-file.ts'
import { createMeshKeeper, type MeshKeeper } from './mesh-keeper.ts'
import { checkAllDoors, openControl } from './open-control.ts'
import { openDoctor } from './open-doctor.ts'
import { openJournal } from './open-journal.ts'
import { drainedBy, openProxy } from './open-proxy.ts'
import { openMeshQueries } from './open-queries.ts'
import { FIRST_TOKEN } from './open-tokens.ts'
import { uncertifiedNote } from './own-hosts.ts'
import { ownPorts } from './own-ports.ts'
import { pinnedDesk } from './pinned-desk.ts'
import { foundMesh, resumeIfAlone } from './planes.ts'
import { publishedPorts } from './published-ports.ts'
import { openQuorumDesk } from './quorum-desk.ts'
import { createReadiness } from './readiness.ts'
import { readyOf, restoredNote } from './ready.ts'
import { recordHappenings } from './record-happenings.ts'
import { openRecordsDesk } from './records-desk.ts'
import { openRevocationDesk } from './revocation-desk.ts'
import { followRevocations } from './revocations.ts'
import { awaitAdmission } from './roster.ts'
import { openRotation } from './rotation.ts'
import { openRuntimes, type Runtimes } from './runtimes.ts'
import { followRole, roleNote } from './settled-role.ts'
import type { Shutdown } from './shutdown.ts'
import { followSilence } from './silent-members.ts'
import { createSuccession, type Succession } from './succession.ts'
import { systemClock } from './system-clock.ts'
import { openTaskCounts } from './task-tally.ts'
import { type OwnTrust, openTrust } from './trust.ts'
import { foundAdmin, openUsers } from './users.ts'
import { followWork } from './work.ts'

const HOUR_MS = 3_600_000

/** What a start has before it has anything else. */
export interface Begun {
  readonly checked: CheckedEntry
  readonly logger: Logger
  readonly journal: Journal
  readonly shutdown: Shutdown
  readonly store: OpenStore
}

/** Puts a node together and starts it; what it started, the shutdown ends. */
export const assemble = async (options: DaemonOptions, begun: Begun): Promise<Daemon> => {
  const startedAtMs = systemClock.nowMs()
  const { shutdown } = begun
  const ground = await openGround(options, begun)
  const given = await openGiven(ground, options.settings)
  await checkAllDoors(ground.settings)
  const entrance = await openEntrance(ground, options, begun.checked)
  const ending = createEnding(shutdown)
  const whole = Promise.withResolvers<void>()
  const keeper = createMeshKeeper(ground, { dataDir: ground.settings.dataDir, mesh: entrance.mesh })
  shutdown.add('mesh file', keeper.close)
  // What is started only afterwards would not be ended.
  const endWhole = (error: Error) => void whole.promise.then(() => ending.end(error))
  const trust = await openTrust(ground, {
    files: entrance.files,
    mesh: entrance.mesh.mesh,
    decisions: () => core.planes.decisions,
    onCopyRefused: endWhole,
  })
  const engines = openRuntimes(ground, entrance.mesh, () => core.planes)
  const core = openCore(
    { ...ground, revoked: trust.revocations },
    {
      mesh: entrance.mesh,
      runtimes: engines.runtimes.map((runtime) =>
        drainingRuntime(runtime, (task) => drainedBy(core.planes.decisions.view, doors.proxy)(task)),
      ),
      records: recordBounds(ground),
      onMembers: keeper.setMembers,
      onFailed: (error) => {
        ground.logger.error({ error }, 'the daemon ends')
        void ending.end(error)
      },
    },
  )
  const { planes, work } = core
  const succession = openSuccession(ground, core, { keeper, trust, replaced: entrance.mesh.replaced ?? null })
  const { journal: own } = begun
  const opened = { startedAtMs, ground, given, entrance, ending, trust, core, succession, engines }
  const inside = { ...opened, journal: own }
  const doors = openDoors(options, inside)
  readAhead(begun.store, planes.decisions)
  const condition = openConditionWatch(ground, planes.intent)
  const { certificates } = trust
  const { gateway, proxy, users, control, tokens, journal } = doors
  const revocations = followRevocations(ground, core, trust, endWhole)
  const { registries, images } = engines
  await startServices(ground, {
    certificates,
    registries,
    images,
    ...core.services,
    revocations,
    succession,
    gateway,
    proxy,
    users,
    control,
    condition,
    journal,
  })
  followWork(ground, planes, work)
  const { self } = ground.network.connections
  followRole({ self, decisions: planes.decisions, logger: ground.logger }, options.settings)
  await followDiscoveries(ground, entrance.discoveries, entrance.how === 'joined')
  await planes.decisions.settled()
  resumeIfAlone(planes, entrance.mesh, ground.settings.dataDir)
  await foundMesh(ground, planes, entrance.mesh, trust.founding)
  await foundAdmin(planes, users, entrance.mesh)
  await keeper.noteFounded()
  void trust.regrant()
  if (entrance.how === 'joined') await awaitAdmission(core.roster, options.signal)
  const joinMs = entrance.admitted()
  const token = entrance.how === 'founded' ? (await tokens.create(FIRST_TOKEN)).text : null
  const { view } = planes.decisions
  const others = [
    restoredNote(entrance.mesh, planes.consensus.view()),
    roleNote(self, view, options.settings),
    given === null ? uncertifiedNote(ground.settings) : null,
  ]
  const ready = { ...portsOf(doors), joinMs, token }
  whole.resolve()
  return {
    ready: readyOf(ground, { entry: entrance, view, others }, ready),
    stop: () => ending.end(null).then(async () => void (await ending.stopped)),
    reload: async () => given?.reload(),
    stopped: ending.stopped,
  }
}

const recordBounds = ({ settings }: Ground) => ({
  bounds: { periodMs: settings.recordsPeriod * HOUR_MS, archivesKept: settings.recordsKept },
})

interface Inside {
  readonly startedAtMs: number
  readonly ground: Ground
  readonly given: GivenCertificate | null
  readonly entrance: Entrance
  readonly ending: Ending
  readonly trust: OwnTrust
  readonly core: Core
  readonly succession: Succession
  readonly engines: Runtimes
  readonly journal: Journal
}

const openSuccession = (
  { clock, logger, network, settings: { dataDir } }: Ground,
  { planes: { decisions } }: Core,
  {
    keeper,
    trust,
    replaced,
  }: { readonly keeper: MeshKeeper; readonly trust: OwnTrust; readonly replaced: Replaced | null },
): Succession => {
  const { connections } = network
  const addresses = () => connections.addresses()
  return createSuccession(
    { clock, logger, decisions, keeper, addresses, retire: trust.desk.retire },
    { self: connections.self, dataDir, replaced },
  )
}

/** Everything by which people and programs reach this node, and what answers there. Not yet started. */
const openDoors = (
  { settings }: DaemonOptions,
  { startedAtMs, ground, given, entrance, ending, trust, core, succession, engines, journal: own }: Inside,
) => {
  const { network } = ground
  const { self } = network.connections
  const { planes, work, records } = core
  const { consensus, decisions, membership, intent } = planes
  const events = createEventLog({ clock: systemClock })
  const counts = openTaskCounts(ground, planes)
  const readiness = createReadiness({ self, decisions, consensus, writes: ground.writes })
  const mesh = openMeshQueries(ground, planes, work, {
    startedAtMs,
    counts,
    openLan: () => openLan.summary(),
    engine: () => describeEngine(engines, work.agent),
  })
  followSilence({ membership, reach: network.reach })
  recordHappenings({ record: events.record, decisions, consensus, membership, intent })
  const gateway = openGateway(ground, planes, work)
  const proxy = openProxy(ground, planes)
  proxy.onPort(({ object, published: port, protocol, problem }) =>
    events.record({ type: 'publishedPortChanged', object, port, protocol, problem }),
  )
  serveLogs(network.streams, work.agent)
  const { certificates } = trust
  const { tokens, openLan } = openAdmission(ground, planes, { certificates, mesh })
  const users = openUsers(ground, planes, { ...entrance.mesh, revoked: trust.revocations })
  const pinning = openPinning(ground, planes, work, engines.engine)
  const desk = pinnedDesk(
    openDesk(ground, planes, work, gateway, () => ownPorts(ground, { gateway, control })),
    pinning,
    planes,
  )
  const meshId = entrance.mesh.mesh
  const journal = openJournal(ground, planes, { own, mesh: entrance.mesh })
  const doctor = openDoctor(ground, planes, {
    meshId,
    mesh,
    readiness,
    gateway,
    certificates,
    openLan: openLan.summary,
    journal,
    proxy,
    control: () => control,
  })
  const control = openControl(
    ground,
    {
      identity: given ?? certificates,
      mesh,
      readiness,
      metrics: openMetrics(ground, planes, {
        startedAtMs,
        readiness,
        counts,
        journal,
        proxy,
        images: engines.images,
        isEngineUp: () => work.agent.available().includes('docker'),
      }),
      events,
      membership: { leave: (request) => farewell(ground, core, entrance, ending, request) },
      deployments: desk,
      services: desk,
      conflicts: desk,
      quorum: openQuorumDesk(ground, planes),
      records: openRecordsDesk(records, decisions.view),
      doctor,
      tokens,
      openLan,
      certificates: openCertificateDesk(trust.desk, decisions.view),
      revocations: openRevocationDesk(ground, planes, trust),
      rotation: openRotation(ground, core, {
        mesh: entrance.mesh,
        trust,
        users,
        ending,
        succession,
        addressesOf: mesh.addressesOf,
      }),
      users,
      backups: openBackupDesk(ground, planes, entrance.files, entrance.mesh),
      nodeLogs: journal,
      execs: openExecs(ground, planes, work, engines.engine),
      usage: openUsage(ground, planes, engines.runtimes),
      registries: openRegistryDesk(engines.registries, planes),
      ports: {
        published: () =>
          publishedPorts({ self, decisions: decisions.view, observed: planes.observed, proxy }),
      },
    },
    settings,
  )
  doctor.serve()
  return { gateway, proxy, users, control, tokens, journal }
}

type Doors = ReturnType<typeof openDoors>

const portsOf = ({ control, gateway }: Doors) => ({
  apiPort: control.port,
  apiUrl: control.url,
  apiTokenFile: control.tokenPath,
  gatewayPort: gateway.port,
  metricsPort: control.metricsPort,
})

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
