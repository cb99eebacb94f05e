/** A hardware profile for people. */
import type { Writable } from 'node:stream'
import type { HardwareProfile } from '../protocols/control/index.ts'
import { faint, table } from './output.ts'

export const describeProfile = (profile: HardwareProfile, stream: Writable): string => {
  const { hardware, capabilities, classification, limits } = profile
  const { max_temp_celsius: hottest, current_temp_celsius: celsius } = capabilities.thermal_constraints

  /** What is known, or why it is not. */
  const or = (text: string | null, field: string): string => {
    if (text !== null) return text
    const reason = profile.unknown.find((entry) => entry.field === field)?.reason
    return faint(reason === undefined ? 'unknown' : `unknown: ${reason}`, stream)
  }
  const gpuRows = capabilities.gpus?.map((gpu, index) => [index === 0 ? 'gpu' : '', gpuOf(gpu)]) ?? [
    ['gpu', or(null, 'capabilities.gpus')],
  ]
  return table(
    ['node', profile.node_name],
    [
      ['class', classification.node_class],
      ['good for', classification.suitability.join(', ').replaceAll('_', ' ')],
      ['device', or(deviceOf(hardware), 'hardware.device_type')],
      ['processor', or(hardware.cpu_model, 'hardware.cpu_model')],
      ['cores', or(amount(hardware.cpu_cores, '', limits.cpu_cores), 'hardware.cpu_cores')],
      ['architecture', or(hardware.architecture, 'hardware.architecture')],
      ['memory', or(amount(hardware.memory_gb, ' GiB', limits.memory_gb), 'hardware.memory_gb')],
      ['storage', or(storageOf(hardware.storage_gb), 'hardware.storage_gb')],
      ...(gpuRows.length === 0 ? [['gpu', 'none']] : gpuRows),
      ['on battery', or(yesOrNo(capabilities.battery_powered), 'capabilities.battery_powered')],
      [
        'temperature',
        or(amount(celsius, ' °C', null), 'capabilities.thermal_constraints.current_temp_celsius') +
          (celsius === null || hottest === null ? '' : `, at most ${hottest} °C`),
      ],
      ['bandwidth', or(null, 'capabilities.network_bandwidth_mbps')],
    ],
  )
}

const deviceOf = ({ device_type, device_model }: HardwareProfile['hardware']): string | null => {
  const type = device_type?.replaceAll('_', ' ') ?? null
  return device_model !== null && type !== null && !isSaidBy(type, device_model)
    ? `${device_model} (${type})`
    : (device_model ?? type)
}

/** `raspberry pi 4` adds nothing to `Raspberry Pi 4 Model B`. */
const isSaidBy = (type: string, model: string): boolean => model.toLowerCase().includes(type)

const amount = (value: number | null, unit: string, limit: number | null): string | null =>
  value === null ? null : `${value}${unit}${limit === null ? '' : ', limited here'}`

const storageOf = (gigabytes: number | null): string | null =>
  gigabytes === null || gigabytes < 1_000
    ? amount(gigabytes, ' GB', null)
    : amount(Number((gigabytes / 1_000).toFixed(1)), ' TB', null)

const gpuOf = ({ vendor, model, memory_gb, integrated }: GpuShown): string => {
  const name = model.startsWith(vendor) ? model : `${vendor} ${model}`
  const memory = memory_gb === null ? '' : `, ${memory_gb} GiB`
  return `${name}${memory}${integrated ? ', integrated' : ''}`
}

type GpuShown = NonNullable<HardwareProfile['capabilities']['gpus']>[number]

const yesOrNo = (is: boolean | null): string | null => {
  if (is === null) return null
  return is ? 'yes' : 'no'
}
