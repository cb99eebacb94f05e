/** Graphics processors, by the PCI bus of `/sys` and what programs say of them. */
import type { Gpu } from '../../../protocols/profile/index.ts'
import type { GraphicsCard } from '../../ports/machine.ts'
import { plainText, wholeNumber } from './text.ts'

/** Files of one folder of `/sys/bus/pci/devices`. */
export interface PciDevice {
  /** As in `0000:01:00.0`. */
  readonly address: string
  readonly class: string
  readonly vendor: string
  readonly device: string
  /** `mem_info_vram_total`, which AMD's driver has. */
  readonly videoMemory: string | null
}

/** More than any machine has slots for. */
const GPUS_MAX = 64

/** Only what containers can compute on: others draw the screen of a console or of a virtual machine. */
const NVIDIA = '0x10de'
const VENDORS: Readonly<Record<string, string>> = { [NVIDIA]: 'NVIDIA', '0x1002': 'AMD', '0x8086': 'Intel' }

const isDisplay = (device: PciDevice): boolean => /^0x03/.test(device.class)

/** AMD's processors have a security coprocessor in the slot of their graphics; its cards have none. */
const isEncryption = (device: PciDevice): boolean => /^0x1080/.test(device.class)

/** Files by which a container reaches GPUs, where it was given any. */
export interface DeviceFiles {
  /** `/dev/nvidiactl`. */
  readonly nvidia: boolean
  /** `/dev/dri`. */
  readonly dri: boolean
}

/** A container sees the whole bus of its machine, and reaches only what it was given. */
export const withinReach = (devices: readonly PciDevice[], files: DeviceFiles): readonly PciDevice[] =>
  devices.filter(
    (device) => !isDisplay(device) || (device.vendor.trim() === NVIDIA ? files.nvidia : files.dri),
  )

const slotOf = ({ address }: PciDevice): string => address.replace(/\.\d+$/, '')

/** On the first bus, where virtual machines have the cards that they were given too; or beside what only processors have. */
const isPartOfProcessor = (device: PciDevice, devices: readonly PciDevice[]): boolean =>
  /^[0-9a-f]+:00:/i.test(device.address) ||
  devices.some((other) => isEncryption(other) && slotOf(other) === slotOf(device))

/** The GPUs on the bus. */
export const gpusOnBus = (devices: readonly PciDevice[]): readonly PciDevice[] =>
  devices
    .filter((device) => isDisplay(device) && VENDORS[device.vendor.trim()] !== undefined)
    .slice(0, GPUS_MAX)

/** The GPUs on the bus, named by the programs' cards where these know them. */
export const describeGpus = (devices: readonly PciDevice[], cards: readonly GraphicsCard[]): readonly Gpu[] =>
  gpusOnBus(devices).map((device) => {
    const card = cards.find(({ busAddress }) => busAddress !== '' && device.address.endsWith(busAddress))
    const integrated = device.vendor.trim() !== NVIDIA && isPartOfProcessor(device, devices)
    const ownMemory = device.videoMemory === null ? null : wholeNumber(device.videoMemory)
    return {
      vendor: VENDORS[device.vendor.trim()] as string,
      model: plainText(card?.model ?? '') ?? `${device.vendor}:${device.device}`.replace(/0x|\s/g, ''),
      memoryBytes: integrated ? null : (card?.memoryBytes ?? ownMemory),
      integrated,
    }
  })

/** The GPU in the chip of a Jetson, which is on no bus. */
export const jetsonGpu: Gpu = { vendor: 'NVIDIA', model: 'Tegra', memoryBytes: null, integrated: true }
