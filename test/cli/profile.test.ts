import assert from 'node:assert/strict'
import { join } from 'node:path'
import { Check } from 'typebox/value'
import { HardwareProfileSchema } from '../../protocols/profile/hardware-profile.ts'
import { NODE, startControl } from '../node/control/fixture.ts'
import { scratchDir } from '../support/scratch.ts'
import { coterie } from './coterie.ts'

const NAMED = { COTERIE_NODE_NAME: 'attic' }

describe('cli: profile', () => {
  it('prints this machine without a daemon, and without a data directory', async () => {
    const scratch = await scratchDir()
    try {
      const words = ['profile', '--data-dir', join(scratch.path, 'none')]
      const { code, stdout, stderr } = await coterie([...words, '--json'], NAMED)
      assert.equal(stderr, '')
      assert.equal(code, 0)
      assert.equal(stdout.trim().split('\n').length, 1)
      const profile = JSON.parse(stdout)
      assert.ok(Check(HardwareProfileSchema, profile), stdout)
      assert.equal(profile.node_name, 'attic')
      assert.ok((profile.hardware.cpu_cores ?? 0) > 0)
      assert.ok((profile.hardware.memory_gb ?? 0) > 0)
      assert.ok((profile.hardware.storage_gb ?? 0) > 0)
      assert.deepEqual(profile.unknown[0], { field: 'node_id', reason: 'no daemon runs here' })

      const shown = await coterie(words, NAMED)
      assert.equal(shown.code, 0)
      assert.match(shown.stdout, /^node +attic\nclass +(iot|edge|laptop|workstation|server)\ngood for +\S/)
      assert.match(shown.stdout, /^bandwidth +unknown: it is a property of two nodes/m)
    } finally {
      await scratch.remove()
    }
  })

  it('has the id and the name of the node from its daemon, where one runs', async () => {
    const fixture = await startControl()
    try {
      const { stdout } = await coterie(['profile', '--json', '--socket', fixture.socketPath])
      const { node_id, node_name } = JSON.parse(stdout)
      assert.deepEqual([node_id, node_name], [NODE, 'kitchen'])
    } finally {
      await fixture.stop()
    }
  })
})
