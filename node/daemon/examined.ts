/** This machine as the doctor looks at it, by the settings of a daemon that runs or would run. */
import { hostname } from 'node:os'
import type { Settings } from '../../protocols/control/settings/index.ts'
import { type Examined, type Listener, placeOf, type Running } from '../doctor/index.ts'
import { listenRefusal, parseAddress, portOwner } from '../network/index.ts'
import { holdsTaskGroups } from '../watchdog/index.ts'
import { listenAddresses } from './listen-addresses.ts'
import { systemClock } from './system-clock.ts'

/** The listeners of a daemon, with where it has them for other nodes and at which ports for people. */
export const listenersOf = (
  addresses: readonly string[],
  {
    apiPort,
    apiAddress,
    gatewayPort,
    metricsPort,
    metricsAddress,
  }: Pick<Settings, 'apiPort' | 'apiAddress' | 'gatewayPort' | 'metricsPort' | 'metricsAddress'>,
): Listener[] => {
  const local = '127.0.0.1'
  return [
    ...addresses.map((address) => ({ use: 'between nodes', setting: 'listen', ...placeOf(address) })),
    { use: 'for the API', setting: 'api-port', host: apiAddress, port: apiPort },
    { use: 'for the gateway', setting: 'gateway-port', host: local, port: gatewayPort },
    ...(metricsPort === null
      ? []
      : [{ use: 'for metrics', setting: 'metrics-port', host: metricsAddress, port: metricsPort }]),
  ]
}

/** Names that settings rely on, and the machine's own. */
const namesIn = ({ at, advertise, discoveryPort }: Settings): ReturnType<Examined['names']> => {
  const given = [
    ...at.map((address) => ({ address, of: '--at' })),
    ...advertise.map((address) => ({ address, of: '--advertise' })),
  ]
  const named = given
    .map(({ address, of }) => ({ ...placeOf(parseAddress(address, discoveryPort)), of }))
    .filter(({ isNamed }) => isNamed)
  return [{ name: hostname(), of: null }, ...named.map(({ host, of }) => ({ name: host, of }))]
}

export const examinedBy = (settings: Settings, running: Running | null): Examined => ({
  settings,
  running,
  clock: systemClock,
  user: process.getuid?.() ?? null,
  holdsGroups: holdsTaskGroups,
  listeners: () => listenersOf(listenAddresses(settings), settings),
  names: () => namesIn(settings),
  listenRefusal,
  portOwner,
})
