import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { Check } from 'typebox/value'
import { describeProfile } from '../../../cli/describe-profile.ts'
import type { Machine } from '../../../node/ports/machine.ts'
import { questionsTo } from '../../../node/profile/questions.ts'
import { createSystemMachine } from '../../../node/profile/system-machine.ts'
import { HardwareProfileSchema } from '../../../protocols/profile/hardware-profile.ts'
import { type Facts, type HardwareProfile, profileOf } from '../../../protocols/profile/index.ts'
import { scratchDir } from '../../support/scratch.ts'
import { systemError, unpackMachine } from './unpacked-machine.ts'

const FOLDER = fileURLToPath(new URL('./machines/', import.meta.url))
const SHOWN = '\n== shown\n'

const profileOfMachine = async (machine: Machine): Promise<HardwareProfile> => {
  const { facts, namedGpus } = questionsTo(machine, '/')
  const told = await Promise.all(
    Object.entries(facts).map(async ([name, question]) => [
      name,
      await question().then(
        (value) => ({ value }),
        (error: Error) => ({ reason: error.message }),
      ),
    ]),
  )
  const gpus = await namedGpus()
  const all: Facts = { ...Object.fromEntries(told), ...(gpus !== null && { gpus: { value: gpus } }) }
  return profileOf(all, { id: { reason: 'no daemon runs here' }, name: 'attic' })
}

describe('profile: machines as their kernels tell of them', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  beforeEach(async () => {
    scratch = await scratchDir()
  })
  afterEach(() => scratch.remove())

  const unpacked = (name: string) => unpackMachine(join(FOLDER, `${name}.machine`), scratch.path)

  for (const file of readdirSync(FOLDER).sort())
    it(file.replace('.machine', '').replaceAll('-', ' '), async () => {
      const path = join(FOLDER, file)
      const profile = await profileOfMachine(await unpacked(file.replace('.machine', '')))
      assert.ok(Check(HardwareProfileSchema, profile), JSON.stringify(profile))
      const text = readFileSync(path, 'utf8')
      const shown = describeProfile(profile, new Writable())
      const [files] = text.split(SHOWN)
      // COTERIE_REWRITE=1 writes what is shown; read the difference before it is committed.
      if (process.env.COTERIE_REWRITE === '1') writeFileSync(path, `${files}${SHOWN}${shown}`)
      else assert.equal(text, `${files}${SHOWN}${shown}`)
    })

  it('have the shape that a Raspberry Pi 4 has in the plan', async () => {
    const { hardware, capabilities, classification } = await profileOfMachine(await unpacked('pi-4'))
    assert.deepEqual(hardware, {
      cpu_model: 'ARM Cortex-A72',
      cpu_cores: 4,
      memory_gb: 7.6,
      storage_gb: 62.5,
      architecture: 'arm64',
      device_type: 'raspberry_pi_4',
      device_model: 'Raspberry Pi 4 Model B Rev 1.4',
    })
    assert.deepEqual(capabilities, {
      gpu_count: 0,
      gpus: [],
      network_bandwidth_mbps: null,
      battery_powered: false,
      thermal_constraints: { max_temp_celsius: 85, current_temp_celsius: 45.3 },
    })
    assert.deepEqual(classification, {
      node_class: 'edge',
      suitability: ['lightweight_compute', 'sensors', 'data_collection'],
    })
  })

  it('tell nothing where nothing can be read, and why', async () => {
    const profile = await profileOfMachine({
      ...createSystemMachine({ root: scratch.path }),
      storageBytes: async () => Number.NaN,
    })
    assert.ok(Check(HardwareProfileSchema, profile))
    assert.equal(profile.hardware.memory_gb, null)
    assert.equal(profile.classification.node_class, 'edge')
    const reasons = Object.fromEntries(profile.unknown.map(({ field, reason }) => [field, reason]))
    assert.match(reasons['hardware.memory_gb'] ?? '', /^ENOENT: no such file or directory, open/)
    assert.match(reasons['hardware.storage_gb'] ?? '', /tells no size/)
  })

  it('may lack the sensor that is busy, and the limit that nobody may read', async () => {
    const machine = await unpacked('jetson-orin-nano')
    const refusing = (refused: RegExp, code: string): Machine => ({
      ...machine,
      read: (path) => (refused.test(path) ? Promise.reject(systemError(code)) : machine.read(path)),
    })
    const zones = await profileOfMachine(refusing(/zone3\/temp$/, 'EAGAIN'))
    assert.equal(zones.capabilities.thermal_constraints.current_temp_celsius, 48.8)
    const none = await profileOfMachine(refusing(/\/temp$/, 'EAGAIN'))
    assert.equal(none.capabilities.thermal_constraints.current_temp_celsius, null)
    const limits = await profileOfMachine(refusing(/memory\.max$/, 'EACCES'))
    assert.equal(limits.hardware.memory_gb, null)
    assert.deepEqual(
      limits.unknown.find(({ field }) => field === 'hardware.memory_gb'),
      { field: 'hardware.memory_gb', reason: 'EACCES: refused' },
    )
  })

  it('may have programs that fail: its GPUs keep the numbers of the bus', async () => {
    const machine = await unpacked('desktop')
    const profile = await profileOfMachine({ ...machine, graphicsCards: async () => [] })
    assert.deepEqual(profile.capabilities.gpus?.[0], {
      vendor: 'NVIDIA',
      model: '10de:2786',
      memory_gb: null,
      integrated: false,
    })
    assert.ok(profile.unknown.some(({ field }) => field === 'capabilities.gpus[0].memory_gb'))
  })
})
