import assert from 'node:assert/strict'
import { containerOf } from '../../../../node/agent/docker-runtime/container.ts'
import type { Resources } from '../../../../protocols/spec/index.ts'
import { SPEC } from '../../scheduler/one-node.ts'

const MEBIBYTE = 1024 * 1024

const hostConfig = (resources?: Resources) => {
  const spec = { ...SPEC, ...(resources && { resources }) }
  const start = { task: 'shop.web.0.1', token: 1, spec, onPrepared: () => {} }
  return containerOf({ mesh: 'm', node: 'n'.repeat(52) }, start, {}).HostConfig
}

describe('docker runtime: the limits of a container', () => {
  it('are what the spec says, in the units of the engine', () => {
    const limited = hostConfig({
      limit: { memoryMb: 512, milliCpus: 500, pids: 100 },
      reserved: { memoryMb: 128 },
    })
    const { Memory, MemoryReservation, NanoCpus, PidsLimit } = limited ?? {}
    assert.deepEqual(
      { Memory, MemoryReservation, NanoCpus, PidsLimit },
      { Memory: 512 * MEBIBYTE, MemoryReservation: 128 * MEBIBYTE, NanoCpus: 500_000_000, PidsLimit: 100 },
    )
  })

  it('reserve half of the memory where nothing is said of that', () =>
    assert.equal(hostConfig({ limit: { memoryMb: 101 } })?.MemoryReservation, 51 * MEBIBYTE))

  it('are those of the engine where the spec has none', () => {
    const keys = ['Memory', 'MemoryReservation', 'NanoCpus', 'PidsLimit']
    assert.deepEqual(
      Object.keys(hostConfig() ?? {}).filter((key) => keys.includes(key)),
      [],
    )
  })
})
