import assert from 'node:assert/strict'
import { outOfRange } from '../../../protocols/spec/index.ts'
import { specOf } from '../../support/compose-files.ts'

const service = (...lines: readonly string[]) => specOf(`services: {web: {image: x, ${lines.join(', ')}}}`)

describe('policies', () => {
  it('let an engine allow what it will by default', () =>
    assert.equal(outOfRange('default', service()), null))

  it('want limits within ranges of whoever is hosted', () => {
    assert.equal(outOfRange('hosting', service('cpus: 0.5', 'mem_limit: 32g')), null)
    assert.equal(
      outOfRange('hosting', service('cpus: 16', 'mem_limit: 256m', 'storage_opt: {size: 1g}')),
      null,
    )
    for (const [lines, limit, value] of [
      [[], 'milliCpus', null],
      [['cpus: 0.49', 'mem_limit: 1g'], 'milliCpus', 490],
      [['cpus: 1'], 'memoryMb', null],
      [['cpus: 1', 'mem_limit: 33g'], 'memoryMb', 33 * 1024],
      [['cpus: 1', 'mem_limit: 1g', 'storage_opt: {size: 501g}'], 'diskMb', 501 * 1024],
    ] as const) {
      const found = outOfRange('hosting', service(...lines))
      assert.deepEqual([found?.limit, found?.value], [limit, value])
    }
  })
})
