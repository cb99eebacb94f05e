import type { Temperature } from '../../protocols/profile/index.ts'
import type { Machine } from '../ports/machine.ts'
import { hottest, type Sensor } from './parse/temperature.ts'
import { ENTRIES_MAX, entriesOf, orEmpty, textOf } from './reading.ts'

/** How hot the processor is. @throws Error where no sensor tells */
export const askTemperature = async (machine: Machine): Promise<Temperature> => {
  const found = hottest([...(await askZones(machine)), ...(await askSensors(machine))])
  if (found === null) throw new Error('no sensor tells a temperature that can be')
  return found
}

const askZones = async (machine: Machine): Promise<readonly Sensor[]> => {
  const paths = (await entriesOf(machine, '/sys/class/thermal', Number.POSITIVE_INFINITY))
    .filter((path) => path.includes('/thermal_zone'))
    .slice(0, ENTRIES_MAX)
  return Promise.all(
    paths.map(async (path) => ({
      kind: orEmpty(await textOf(machine, `${path}/type`)).trim(),
      current: await textOf(machine, `${path}/temp`),
      limits: await askTripPoints(machine, path),
    })),
  )
}

/** A zone's points that slow the machine down hard (`hot`) or turn it off (`critical`); `passive` ones only steer its fan or clock. */
const askTripPoints = async (machine: Machine, zone: string): Promise<readonly string[]> => {
  const kinds = (await entriesOf(machine, zone, Number.POSITIVE_INFINITY))
    .filter((path) => /\/trip_point_\d+_type$/.test(path))
    .slice(0, ENTRIES_MAX)
  const points = kinds.map(async (path) => {
    const kind = orEmpty(await textOf(machine, path)).trim()
    const isLimit = kind === 'hot' || kind === 'critical'
    return isLimit ? textOf(machine, path.replace(/_type$/, '_temp')) : null
  })
  return (await Promise.all(points)).filter((text) => text !== null)
}

const askSensors = async (machine: Machine): Promise<readonly Sensor[]> =>
  Promise.all(
    (await entriesOf(machine, '/sys/class/hwmon')).map(async (path) => ({
      kind: orEmpty(await textOf(machine, `${path}/name`)).trim(),
      current: await textOf(machine, `${path}/temp1_input`),
      limits: [await textOf(machine, `${path}/temp1_crit`)].filter((text) => text !== null),
    })),
  )
