import { classify } from './classify.ts'
import type { Fact, Facts, Gpu } from './facts.ts'
import type { HardwareProfile } from './hardware-profile.ts'

/** Raspberry Pis slow down from 80 degrees on and harder at 85, by their firmware: the kernel names 110, where they go off. */
const RASPBERRY_PI_CELSIUS = 85

export interface ProfiledNode {
  readonly id: Fact<string>
  readonly name: string
}

/** A machine's profile, from what was found out about it. */
export const profileOf = (facts: Facts, node: ProfiledNode): HardwareProfile => {
  const unknown: HardwareProfile['unknown'] = []
  const lacks = (field: string, reason: string): null => {
    unknown.push({ field, reason })
    return null
  }
  const known = <Value>(field: string, fact: Fact<Value>): Value | null =>
    'value' in fact ? fact.value : lacks(field, fact.reason)

  const node_id = known('node_id', node.id)
  const cores = known('hardware.cpu_cores', facts.cpuCores)
  const memory = known('hardware.memory_gb', facts.memoryBytes)
  const device = known('hardware.device_type', facts.device)
  const hardware: HardwareProfile['hardware'] = {
    cpu_model: known('hardware.cpu_model', facts.cpuModel),
    cpu_cores: cores === null ? null : rounded(cores.available),
    memory_gb: gib(memory?.available ?? null),
    storage_gb: gigabytes(known('hardware.storage_gb', facts.storageBytes)),
    architecture: known('hardware.architecture', facts.architecture),
    device_type: device?.type ?? null,
    device_model: device?.model ?? null,
  }
  if (device !== null && device.type === null)
    lacks('hardware.device_type', 'neither a device tree nor the firmware tells')
  if (hardware.device_model === null)
    lacks('hardware.device_model', 'neither a device tree nor the firmware tells')

  const gpus = known('capabilities.gpus', facts.gpus)
  if (gpus === null) lacks('capabilities.gpu_count', 'the GPUs are not known')
  gpus?.forEach(({ memoryBytes, integrated }, index) => {
    if (memoryBytes === null && !integrated)
      lacks(`capabilities.gpus[${index}].memory_gb`, 'neither its driver nor nvidia-smi tells')
  })
  const capabilities: HardwareProfile['capabilities'] = {
    gpu_count: gpus?.length ?? null,
    gpus: gpus?.map(printedGpu) ?? null,
    network_bandwidth_mbps: lacks(
      'capabilities.network_bandwidth_mbps',
      'it is a property of two nodes, and no other is asked here',
    ),
    battery_powered: known('capabilities.battery_powered', facts.batteryPowered),
    thermal_constraints: thermalOf(facts, device?.type ?? null, lacks),
  }
  return {
    node_id,
    node_name: node.name,
    hardware,
    limits: {
      cpu_cores: cores?.limit == null ? null : rounded(cores.limit),
      memory_gb: gib(memory?.limit ?? null),
    },
    capabilities,
    classification: classify({ hardware, capabilities }),
    unknown,
  }
}

const thermalOf = (
  { temperature }: Facts,
  device: string | null,
  lacks: (field: string, reason: string) => null,
): HardwareProfile['capabilities']['thermal_constraints'] => {
  const [current, max] = ['current', 'max'].map(
    (which) => `capabilities.thermal_constraints.${which}_temp_celsius`,
  ) as [string, string]
  const ownLimit = device?.startsWith('raspberry_pi_') ? RASPBERRY_PI_CELSIUS : Number.POSITIVE_INFINITY
  const told = 'value' in temperature ? temperature.value : null
  const limit = Math.min(told?.limitCelsius ?? Number.POSITIVE_INFINITY, ownLimit)
  return {
    max_temp_celsius: Number.isFinite(limit) ? limit : lacks(max, 'the kernel names no critical point'),
    current_temp_celsius:
      'value' in temperature ? temperature.value.currentCelsius : lacks(current, temperature.reason),
  }
}

const printedGpu = ({ vendor, model, memoryBytes, integrated }: Gpu) => ({
  vendor,
  model,
  memory_gb: gib(memoryBytes),
  integrated,
})

/** To one digit after the point, below 1 to two: half a core and a quarter of a GiB are not nothing. */
const rounded = (amount: number): number => Number(amount.toFixed(amount < 1 ? 2 : 1))

const gib = (bytes: number | null): number | null => (bytes === null ? null : rounded(bytes / 2 ** 30))

const gigabytes = (bytes: number | null): number | null => (bytes === null ? null : rounded(bytes / 1e9))
