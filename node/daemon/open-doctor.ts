/** The doctor of a daemon, which knows more than its machine shows. */
import { access } from 'node:fs/promises'
import type { Control } from '../control/index.ts'
import {
  createDoctor,
  type Doctor,
  isLoopback,
  type Listener,
  leafOf,
  ownInterfaces,
  placeOf,
  type Running,
} from '../doctor/index.ts'
import type { GatewayService } from '../gateway/index.ts'
import { directOf, interfaceTo, relayIn, tryConnect } from '../network/index.ts'
import type { Certificates } from '../ports/certificates.ts'
import type { ProxyService } from '../proxy/index.ts'
import { clocksOff } from './clocks-off.ts'
import { examinedBy } from './examined.ts'
import type { Ground } from './ground.ts'
import { listenAddresses } from './listen-addresses.ts'
import { lookAround, waysOf } from './look-around.ts'
import type { createMeshQueries } from './mesh-queries.ts'
import type { DaemonJournal } from './open-journal.ts'
import { ownListeners } from './own-ports.ts'
import type { Planes } from './planes.ts'
import type { Readiness } from './readiness.ts'
import { describeWatchdog } from './watchdog-process.ts'

export interface DoctorParts {
  /** Of the mesh that is looked for around here. */
  readonly meshId: string
  readonly mesh: Pick<ReturnType<typeof createMeshQueries>, 'voters' | 'addressesOf'>
  readonly readiness: Pick<Readiness, 'reasons'>
  readonly gateway: Pick<GatewayService, 'port'>
  readonly certificates: Pick<Certificates, 'identityChain' | 'https'>
  openLan: Running['openLan']
  readonly journal: Pick<DaemonJournal, 'facts'>
  readonly proxy: Pick<ProxyService, 'ports'>
  /** Known once it has started. */
  control(): Pick<Control, 'port' | 'metricsPort'>
}

export const openDoctor = (ground: Ground, planes: Planes, parts: DoctorParts): Doctor => {
  const { settings, network, clock } = ground
  const { connections, requests } = network
  const { nodes } = planes.decisions.view
  return createDoctor({
    clock,
    connections,
    requests,
    members: () => new Map([...nodes].map(([node, { name }]) => [node, name])),
    addressesOf: parts.mesh.addressesOf,
    reach: network.reach,
    relayIn,
    connect: tryConnect,
    ways: waysOf(settings),
    lookAround: (signal) => lookAround(ground, parts.meshId, signal),
    interfaceTo,
    examined: examinedBy(settings, runningOf(ground, planes, parts)),
    discoveryPort: settings.discoveryPort,
    clocksOff: (aheadMs, self) => {
      const off = clocksOff(aheadMs, self, planes.consensus.view().leader)
      return new Map(off.map((clock) => [clock.node, clock.aheadMs]))
    },
  })
}

const runningOf = (
  { settings, network, watchdog, clock }: Ground,
  { decisions }: Planes,
  { mesh, readiness, gateway, certificates, openLan, journal, proxy, control }: DoctorParts,
): Running => ({
  unready: readiness.reasons,
  openLan,
  voters: () => {
    const { voters: electorate, quorum } = mesh.voters()
    const voters = electorate.filter(({ kind }) => kind === 'voter')
    return {
      members: decisions.view.nodes.size,
      voters: voters.length,
      votersAlive: voters.filter(({ state }) => state === 'alive').length,
      hasQuorum: quorum,
    }
  },
  listeners: () => onePerPort(ownListeners({ settings, network }, { gateway, control: control() })),
  published: () => proxy.ports(),
  addresses: () => ({
    told: directOf(network.connections.addresses()),
    isReached: network.reach.isReachable(),
    relays: network.reach.relays().map((node) => decisions.view.nodes.get(node)?.name ?? 'unnamed'),
    listening: network.listening(),
    isGiven: settings.advertise.length > 0,
    asked: listenAddresses({ ...settings, bindInterface: [] }).map((address) => placeOf(address).host),
    interfaces: ownInterfaces(),
  }),
  certificates: () => ({
    leaves: [
      ...certificates
        .identityChain()
        .slice(0, 1)
        .map((leaf) => leafOf('its identity', leaf)),
      leafOf('its HTTPS', certificates.https().certificate),
    ],
    nowMs: clock.wallMs(),
    issuers: decisions.view.issuers.size,
  }),
  logs: journal.facts,
  watchdog: async () => ({
    ...(await describeWatchdog(watchdog)),
    dataDir: settings.dataDir,
    isStartedHere: settings.watchdog === 'auto',
    hasEngine: await access(settings.dockerSocket).then(
      () => true,
      () => false,
    ),
  }),
})

/** Of one that listens on all addresses, the one that surely answers from here. */
const onePerPort = (listeners: readonly Listener[]): Listener[] => {
  const byPort = Map.groupBy(listeners, ({ port }) => port)
  return [...byPort.values()].flatMap(
    (same) => same.find(({ host }) => isLoopback(host)) ?? same.find(({ host }) => !isLinkScope(host)) ?? [],
  )
}

/** fe80::/10: means nothing without an interface (RFC 4291). */
const isLinkScope = (host: string): boolean => /^fe[89ab]/i.test(host)
