/** Which images go, and when; on a clock and an engine that the test moves. */
import assert from 'node:assert/strict'
import { createImages } from '../../../node/images/index.ts'
import type { ContainerEngine } from '../../../node/ports/engine.ts'
import { createHandClock } from '../../support/hand-clock.ts'
import { silentLogger } from '../../support/silent-logger.ts'
import { memoryRecords } from '../agent/memory-records.ts'

const HOUR_MS = 3_600_000
const AGE_MS = 10 * HOUR_MS
const FLOOR_BYTES = 1_000

describe('images of a node', () => {
  const clock = createHandClock(1_000_000)
  const records = memoryRecords()
  let present: Set<string>
  let inUse: Set<string>
  let pinned: Set<string>
  let freeBytes: number | null

  beforeEach(() => {
    present = new Set(['foreign:1'])
    inUse = new Set()
    pinned = new Set()
    freeBytes = FLOOR_BYTES
  })

  const engine: Pick<ContainerEngine, 'removeImage' | 'imageDirectory'> = {
    removeImage: async (image) => {
      if (inUse.has(image)) return 'kept'
      return present.delete(image) ? 'removed' : 'absent'
    },
    imageDirectory: async () => '/var/lib/docker',
  }
  const create = (over = memoryRecords()) =>
    createImages(
      {
        engine,
        records: over,
        clock,
        logger: silentLogger,
        pinned: () => pinned,
        freeBytes: async () => freeBytes,
      },
      { ageMs: AGE_MS, floorBytes: FLOOR_BYTES },
    )
  const pulled = async (images: ReturnType<typeof create>, ...names: string[]) => {
    for (const name of names) {
      await images.pulling(name)
      present.add(name)
      images.needed(name)
      clock.pass(1)
    }
  }

  it('go when nothing has needed them for long, those of others never', async () => {
    const images = create()
    await images.start()
    await pulled(images, 'old:1', 'kept:1', 'busy:1')
    pinned.add('kept:1')
    inUse.add('busy:1')
    images.needed('foreign:1')
    clock.pass(AGE_MS + 1)
    await images.look()
    assert.deepEqual([...present].sort(), ['busy:1', 'foreign:1', 'kept:1'])
    assert.deepEqual(images.counts(), { own: 2, pinned: 1, removed: 1 })
    inUse.clear()
    await images.look()
    assert.ok(present.has('busy:1'), 'it was needed a moment ago')
    await images.stop()
  })

  it('go at once while the disk is short, the longest unneeded first, and no further', async () => {
    const images = create()
    await pulled(images, 'first:1', 'second:1', 'third:1')
    freeBytes = 0
    const removing = engine.removeImage
    Object.assign(engine, {
      removeImage: async (image: string) => {
        freeBytes = FLOOR_BYTES
        return removing(image)
      },
    })
    await images.look()
    Object.assign(engine, { removeImage: removing })
    assert.deepEqual([...present].sort(), ['foreign:1', 'second:1', 'third:1'])
    freeBytes = null
    await images.look()
    assert.equal(present.size, 3)
    await images.stop()
  })

  it('are known after a restart', async () => {
    const before = create(records)
    await pulled(before, 'old:1')
    await before.stop()
    clock.pass(AGE_MS + 1)
    const after = create(records)
    await after.start()
    assert.equal(after.counts().own, 1)
    await after.look()
    assert.deepEqual([...present], ['foreign:1'])
    await after.stop()
  })
})
