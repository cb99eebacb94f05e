import type { Gpu } from '../../protocols/profile/index.ts'
import type { GraphicsCard, Machine } from '../ports/machine.ts'
import { askDevice } from './ask-device.ts'
import { describeGpus, gpusOnBus, jetsonGpu, type PciDevice, withinReach } from './parse/gpus.ts'
import { entriesOf, orEmpty, textOf } from './reading.ts'

/** The GPUs, by the names that these cards have; the others by the numbers that the bus has. */
export const askGpus = async (machine: Machine, cards: readonly GraphicsCard[]): Promise<readonly Gpu[]> => {
  const { type } = await askDevice(machine)
  const onBus = describeGpus(await askReachable(machine), cards)
  return type?.startsWith('jetson_') ? [jetsonGpu, ...onBus] : onBus
}

/** The GPUs as programs of the machine name them; null where there is none that these could know. */
export const askNamedGpus = async (machine: Machine): Promise<readonly Gpu[] | null> =>
  gpusOnBus(await askReachable(machine)).length === 0 ? null : askGpus(machine, await machine.graphicsCards())

const askReachable = async (machine: Machine): Promise<readonly PciDevice[]> => {
  const devices = await askBus(machine)
  const { type } = await askDevice(machine)
  if (type !== 'container') return devices
  const [nvidia, dri] = await Promise.all([machine.has('/dev/nvidiactl'), machine.has('/dev/dri')])
  return withinReach(devices, { nvidia, dri })
}

const askBus = async (machine: Machine): Promise<readonly PciDevice[]> => {
  const paths = await entriesOf(machine, '/sys/bus/pci/devices', Number.POSITIVE_INFINITY)
  return Promise.all(
    paths.map(async (path) => {
      const text = (name: string) => textOf(machine, `${path}/${name}`)
      return {
        address: path.slice(path.lastIndexOf('/') + 1),
        class: orEmpty(await text('class')),
        vendor: orEmpty(await text('vendor')),
        device: orEmpty(await text('device')),
        videoMemory: await text('mem_info_vram_total'),
      }
    }),
  )
}
