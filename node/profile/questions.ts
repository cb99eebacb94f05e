/** One question for each fact. */
import type { Facts, Gpu } from '../../protocols/profile/index.ts'
import type { Machine } from '../ports/machine.ts'
import { askDevice } from './ask-device.ts'
import { askGpus, askNamedGpus } from './ask-gpus.ts'
import { askMemory, askProcessors } from './ask-limits.ts'
import { askTemperature } from './ask-temperature.ts'
import { isOnBattery } from './parse/power.ts'
import { architectureName, processorModel } from './parse/processor.ts'
import { entriesOf, orEmpty, textOf } from './reading.ts'

type ValueOf<Key extends keyof Facts> = Extract<Facts[Key], { readonly value: unknown }>['value']

/** Each rejects, with what is to be said of it, where there is no answer. */
export interface Questions {
  readonly facts: { readonly [Key in keyof Facts]: () => Promise<ValueOf<Key>> }
  /** Starts programs, so it is asked last. */
  readonly namedGpus: () => Promise<readonly Gpu[] | null>
}

export const questionsTo = (machine: Machine, dataDir: string): Questions => ({
  facts: {
    cpuModel: async () => processorModel(await machine.read('/proc/cpuinfo')),
    cpuCores: () => askProcessors(machine),
    memoryBytes: () => askMemory(machine),
    storageBytes: () => askStorage(machine, dataDir),
    architecture: async () => architectureName(machine.architecture()),
    device: () => askDevice(machine),
    gpus: () => askGpus(machine, []),
    batteryPowered: () => askPower(machine),
    temperature: () => askTemperature(machine),
  },
  namedGpus: () => askNamedGpus(machine),
})

const askStorage = async (machine: Machine, dataDir: string): Promise<number> => {
  const bytes = await machine.storageBytes(dataDir)
  if (!(bytes > 0)) throw new Error(`the file system of ${dataDir} tells no size`)
  return bytes
}

const askPower = async (machine: Machine): Promise<boolean> => {
  const supplies = await entriesOf(machine, '/sys/class/power_supply')
  return isOnBattery(
    await Promise.all(supplies.map(async (path) => orEmpty(await textOf(machine, `${path}/uevent`)))),
  )
}
