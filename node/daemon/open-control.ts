/** The doors for people: where they are, and what is behind them. */
import { join } from 'node:path'
import { VERSION } from '../../protocols/control/index.ts'
import type { ResolvedSettings } from '../../protocols/control/settings/index.ts'
import { type Control, type ControlComponents, checkDoors, createControl } from '../control/index.ts'
import { portOwner } from '../network/index.ts'
import type { Ground } from './ground.ts'
import { systemClock } from './system-clock.ts'

type Values = ResolvedSettings['values']

const apiDoors = ({ socket, apiAddress, apiPort }: Values) => ({
  socketPath: socket,
  host: apiAddress,
  port: apiPort,
})

const metricsDoor = ({ metricsPort, metricsAddress }: Values) =>
  metricsPort === null ? null : { host: metricsAddress, port: metricsPort }

/** Before anything is founded or joined behind doors that cannot be opened. @throws `portInUse`, `socketInUse`, ... */
export const checkAllDoors = async (settings: Values): Promise<void> => {
  const { socketPath, ...api } = apiDoors(settings)
  const metrics = metricsDoor(settings)
  const gateway = { host: '127.0.0.1', port: settings.gatewayPort }
  await checkDoors({ socketPath, ports: [api, gateway, ...(metrics === null ? [] : [metrics])] }, portOwner)
}

export type ControlParts = Omit<ControlComponents, 'logger' | 'clock' | 'portOwner'>

/** Not yet started. */
export const openControl = (
  { logger }: Pick<Ground, 'logger'>,
  parts: ControlParts,
  settings: ResolvedSettings,
): Control => {
  const { values } = settings
  return createControl(
    { ...parts, logger: logger.child({ part: 'api' }), clock: systemClock, portOwner },
    {
      ...apiDoors(values),
      metrics: metricsDoor(values),
      tls: values.tlsEnabled,
      tokenPath: join(values.dataDir, 'api-token'),
      givenTokenPath: values.apiTokenFile,
      metricsTokenPath: join(values.dataDir, 'metrics-token'),
      version: VERSION,
      settings,
    },
  )
}
