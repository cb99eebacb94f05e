import assert from 'node:assert/strict'
import {
  isSupported,
  rangeOf,
  SUPPORTED,
  tellRange,
  versionForAll,
} from '../../../protocols/versions/index.ts'

describe('versions', () => {
  it('are told by all but the first, which had none', () => {
    assert.deepEqual(tellRange({ least: 1, most: 1 }), {})
    assert.deepEqual(rangeOf({}), { least: 1, most: 1 })
    assert.deepEqual(rangeOf(tellRange(SUPPORTED)), SUPPORTED)
  })

  it('are supported from the least to the greatest', () => {
    const range = { least: 2, most: 3 }
    assert.deepEqual(
      [1, 2, 3, 4].map((version) => isSupported(version, range)),
      [false, true, true, false],
    )
  })

  it('rise to the greatest that all support, and never fall', () => {
    const [old, present, next] = [
      { least: 1, most: 1 },
      { least: 1, most: 2 },
      { least: 2, most: 3 },
    ]
    assert.equal(versionForAll(1, [present, old, present]), 1)
    assert.equal(versionForAll(1, [present, present]), 2)
    assert.equal(versionForAll(2, [present, next]), 2)
    assert.equal(versionForAll(2, [next, next]), 3)
    assert.equal(versionForAll(1, [old, next]), 1)
    assert.equal(versionForAll(3, [present]), 3)
    assert.equal(versionForAll(1, []), 1)
  })
})
