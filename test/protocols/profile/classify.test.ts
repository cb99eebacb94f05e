import assert from 'node:assert/strict'
import fc from 'fast-check'
import { classify, type HardwareProfile } from '../../../protocols/profile/index.ts'
import { MACHINES, type Machine } from './machines.ts'

const described = ({
  device,
  cores,
  memory,
  storage = 64,
  gpu,
  onBattery = false,
}: Omit<Machine, 'machine' | 'is' | 'goodFor'>): Pick<HardwareProfile, 'hardware' | 'capabilities'> => {
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
  for (const { machine, is, goodFor, ...rest } of MACHINES)
    it(`${machine}: ${is}`, () => {
      assert.deepEqual(classify(described(rest)), { node_class: is, suitability: goodFor.split(' ') })
    })

  it('never promise on a battery what would empty it, whatever the machine', () => {
    const amount = fc.option(fc.double({ min: 0, max: 1e6 }), { nil: null })
    const device = fc.constantFrom(...MACHINES.map((one) => one.device))
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
