import type { HardwareProfile, NodeClass, Suitability } from './hardware-profile.ts'

/** Below this the daemon and one small container leave nothing over. GiB. */
const TINY_GB = 0.75
/** A machine sold with 16 GB shows 14 to 15.6, of which firmware and graphics took the rest. */
const MEDIUM = { cores: 4, memoryGb: 12 }
/** One sold with 64 GB shows 62. */
const LARGE = { cores: 16, memoryGb: 60 }
/** Less is a system's disk, and not a place for the data of others. 10^9 bytes. */
const STORAGE_GB = 500

const BOARD = /^(raspberry_pi|jetson)_|^board$/
const JETSON = /^jetson_/

type Described = Pick<HardwareProfile, 'hardware' | 'capabilities'>
type Hardware = HardwareProfile['hardware']

/** What a machine is taken for, by the tables of docs/design/profile.md. */
export const classify = (profile: Described): HardwareProfile['classification'] => {
  const node_class = classOf(profile)
  return { node_class, suitability: suitabilityOf(profile, node_class) }
}

const isTiny = ({ cpu_cores, memory_gb }: Hardware): boolean =>
  (memory_gb !== null && memory_gb < TINY_GB) || (cpu_cores !== null && cpu_cores < 1)

const isAtLeast = ({ cpu_cores, memory_gb }: Hardware, { cores, memoryGb }: typeof MEDIUM): boolean =>
  cpu_cores !== null && memory_gb !== null && cpu_cores >= cores && memory_gb >= memoryGb

const hasOwnGpu = ({ capabilities: { gpus } }: Described): boolean =>
  gpus?.some(({ integrated }) => !integrated) === true

const classOf = (profile: Described): NodeClass => {
  const { hardware } = profile
  const device = hardware.device_type
  const medium = isAtLeast(hardware, MEDIUM)
  if (device === 'laptop') return 'laptop'
  if (isTiny(hardware)) return 'iot'
  if (device === 'gateway' || (device !== null && BOARD.test(device))) return 'edge'
  if (device === 'server') return 'server'
  if ((device === 'virtual_machine' || device === 'container') && medium) return 'server'
  if (device === null && isAtLeast(hardware, LARGE)) return 'server'
  return medium || hasOwnGpu(profile) ? 'workstation' : 'edge'
}

const suitabilityOf = (profile: Described, node_class: NodeClass): Suitability[] => {
  const { hardware, capabilities } = profile
  const device = hardware.device_type ?? ''
  const onMains = capabilities.battery_powered !== true
  const isStrong = node_class === 'workstation' || node_class === 'server'
  const isGeneral = onMains && (isStrong || (node_class === 'laptop' && isAtLeast(hardware, MEDIUM)))
  const isFrugal = node_class === 'iot' || node_class === 'edge'
  const fits: readonly (readonly [Suitability, boolean])[] = [
    ['lightweight_compute', node_class !== 'iot' && !isGeneral],
    ['general_compute', isGeneral],
    ['heavy_compute', isGeneral && isAtLeast(hardware, LARGE)],
    ['gpu_compute', onMains && (hasOwnGpu(profile) || JETSON.test(device))],
    ['sensors', isFrugal && BOARD.test(device)],
    ['data_collection', isFrugal],
    ['storage', onMains && (isStrong || node_class === 'edge') && (hardware.storage_gb ?? 0) >= STORAGE_GB],
    ['long_running_services', onMains && isStrong],
  ]
  return fits.filter(([, does]) => does).map(([suitability]) => suitability)
}
