import assert from 'node:assert/strict'
import fc from 'fast-check'
import { classify, type HardwareProfile } from '../../../protocols/profile/index.ts'

interface Case {
  readonly machine: string
  readonly device: string | null
  readonly cores: number | null
  readonly memory: number | null
  readonly storage?: number | null
  readonly gpu?: 'own' | 'integrated'
  readonly onBattery?: boolean
  readonly is: string
  readonly goodFor: string
}

const CASES: readonly Case[] = [
  {
    machine: 'Raspberry Pi Zero W',
    device: 'raspberry_pi_zero',
    cores: 1,
    memory: 0.42,
    is: 'iot',
    goodFor: 'sensors data_collection',
  },
  {
    machine: 'Raspberry Pi Zero 2 W',
    device: 'raspberry_pi_zero_2',
    cores: 4,
    memory: 0.41,
    is: 'iot',
    goodFor: 'sensors data_collection',
  },
  {
    machine: 'Raspberry Pi 3',
    device: 'raspberry_pi_3',
    cores: 4,
    memory: 0.88,
    is: 'edge',
    goodFor: 'lightweight_compute sensors data_collection',
  },
  {
    machine: 'Raspberry Pi 4',
    device: 'raspberry_pi_4',
    cores: 4,
    memory: 7.6,
    storage: 62.5,
    is: 'edge',
    goodFor: 'lightweight_compute sensors data_collection',
  },
  {
    machine: 'Raspberry Pi 5 with a disk',
    device: 'raspberry_pi_5',
    cores: 4,
    memory: 15.8,
    storage: 983,
    is: 'edge',
    goodFor: 'lightweight_compute sensors data_collection storage',
  },
  {
    machine: 'Jetson Orin Nano',
    device: 'jetson_orin',
    cores: 6,
    memory: 7.4,
    gpu: 'integrated',
    is: 'edge',
    goodFor: 'lightweight_compute gpu_compute sensors data_collection',
  },
  {
    machine: 'ARM board that nobody knows',
    device: 'board',
    cores: 8,
    memory: 15.5,
    is: 'edge',
    goodFor: 'lightweight_compute sensors data_collection',
  },
  {
    machine: 'armv7 board',
    device: 'board',
    cores: 2,
    memory: 0.97,
    is: 'edge',
    goodFor: 'lightweight_compute sensors data_collection',
  },
  {
    machine: 'gateway',
    device: 'gateway',
    cores: 2,
    memory: 1.9,
    is: 'edge',
    goodFor: 'lightweight_compute data_collection',
  },
  {
    machine: 'laptop on its battery',
    device: 'laptop',
    cores: 8,
    memory: 15.5,
    storage: 502,
    onBattery: true,
    is: 'laptop',
    goodFor: 'lightweight_compute',
  },
  {
    machine: 'laptop on mains',
    device: 'laptop',
    cores: 8,
    memory: 15.5,
    storage: 502,
    is: 'laptop',
    goodFor: 'general_compute',
  },
  {
    machine: 'old laptop on mains',
    device: 'laptop',
    cores: 2,
    memory: 3.7,
    is: 'laptop',
    goodFor: 'lightweight_compute',
  },
  {
    machine: 'workstation with a GPU',
    device: 'desktop',
    cores: 32,
    memory: 61.9,
    storage: 1967,
    gpu: 'own',
    is: 'workstation',
    goodFor: 'general_compute heavy_compute gpu_compute storage long_running_services',
  },
  {
    machine: 'workstation on an emptying UPS',
    device: 'desktop',
    cores: 32,
    memory: 61.9,
    storage: 1967,
    gpu: 'own',
    onBattery: true,
    is: 'workstation',
    goodFor: 'lightweight_compute',
  },
  {
    machine: 'desktop of 8 GB with a GPU',
    device: 'desktop',
    cores: 4,
    memory: 7.7,
    gpu: 'own',
    is: 'workstation',
    goodFor: 'general_compute gpu_compute long_running_services',
  },
  {
    machine: 'desktop of 8 GB',
    device: 'desktop',
    cores: 4,
    memory: 7.7,
    gpu: 'integrated',
    is: 'edge',
    goodFor: 'lightweight_compute data_collection',
  },
  {
    machine: 'small NUC',
    device: 'mini_pc',
    cores: 4,
    memory: 7.6,
    storage: 256,
    gpu: 'integrated',
    is: 'edge',
    goodFor: 'lightweight_compute data_collection',
  },
  {
    machine: 'big NUC',
    device: 'mini_pc',
    cores: 12,
    memory: 31.1,
    gpu: 'integrated',
    is: 'workstation',
    goodFor: 'general_compute long_running_services',
  },
  {
    machine: 'small virtual machine',
    device: 'virtual_machine',
    cores: 2,
    memory: 3.7,
    is: 'edge',
    goodFor: 'lightweight_compute data_collection',
  },
  {
    machine: 'virtual machine',
    device: 'virtual_machine',
    cores: 4,
    memory: 15.6,
    is: 'server',
    goodFor: 'general_compute long_running_services',
  },
  {
    machine: 'big server',
    device: 'server',
    cores: 64,
    memory: 251.7,
    storage: 7681,
    is: 'server',
    goodFor: 'general_compute heavy_compute storage long_running_services',
  },
  {
    machine: 'big machine without a name',
    device: null,
    cores: 64,
    memory: 251.7,
    is: 'server',
    goodFor: 'general_compute heavy_compute long_running_services',
  },
  {
    machine: 'container that may use little',
    device: 'container',
    cores: 1.5,
    memory: 0.5,
    storage: 7681,
    is: 'iot',
    goodFor: 'data_collection',
  },
  {
    machine: 'container that may use half a processor',
    device: 'container',
    cores: 0.5,
    memory: 4,
    is: 'iot',
    goodFor: 'data_collection',
  },
  {
    machine: 'container of a board that may use little',
    device: 'raspberry_pi_4',
    cores: 2,
    memory: 0.25,
    is: 'iot',
    goodFor: 'sensors data_collection',
  },
  {
    machine: 'container that may use much',
    device: 'container',
    cores: 8,
    memory: 16,
    is: 'server',
    goodFor: 'general_compute long_running_services',
  },
  {
    machine: 'machine that tells nothing',
    device: null,
    cores: null,
    memory: null,
    storage: null,
    is: 'edge',
    goodFor: 'lightweight_compute data_collection',
  },
]

const described = ({
  device,
  cores,
  memory,
  storage = 64,
  gpu,
  onBattery = false,
}: Omit<Case, 'machine' | 'is' | 'goodFor'>): Pick<HardwareProfile, 'hardware' | 'capabilities'> => {
  const gpus =
    gpu === undefined
      ? []
      : [{ vendor: 'NVIDIA', model: 'x', memory_gb: null, integrated: gpu === 'integrated' }]
  return {
    hardware: {
      cpu_model: null,
      cpu_cores: cores,
      memory_gb: memory,
      storage_gb: storage,
      architecture: null,
      device_type: device,
      device_model: null,
    },
    capabilities: {
      gpu_count: gpus.length,
      gpus,
      network_bandwidth_mbps: null,
      battery_powered: onBattery,
      thermal_constraints: { max_temp_celsius: null, current_temp_celsius: null },
    },
  }
}

describe('profile: classes', () => {
  for (const { machine, is, goodFor, ...rest } of CASES)
    it(`${machine}: ${is}`, () => {
      assert.deepEqual(classify(described(rest)), { node_class: is, suitability: goodFor.split(' ') })
    })

  it('never promise on a battery what would empty it, whatever the machine', () => {
    const amount = fc.option(fc.double({ min: 0, max: 1e6 }), { nil: null })
    const device = fc.constantFrom(...CASES.map((one) => one.device))
    const gpu = fc.constantFrom('own', 'integrated') as fc.Arbitrary<'own' | 'integrated'>
    fc.assert(
      fc.property(amount, amount, amount, device, gpu, (cores, memory, storage, device, gpu) => {
        const { suitability } = classify(described({ device, cores, memory, storage, gpu, onBattery: true }))
        const frugal = ['lightweight_compute', 'sensors', 'data_collection']
        assert.ok(suitability.every((one) => frugal.includes(one)))
      }),
    )
  })
})
