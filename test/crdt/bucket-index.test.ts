import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createBucketIndex, differingBuckets } from '../../crdt/bucket-index.ts'

const item = fc.tuple(fc.string(), fc.uint8Array({ minLength: 16, maxLength: 32 }))

const indexOf = (items: Iterable<readonly [string, Uint8Array]>) => {
  const index = createBucketIndex()
  for (const [name, hash] of items) index.set(name, hash)
  return index
}

describe('the bucket index', () => {
  it('has digests that depend on what is in it alone, not on how it came', () => {
    fc.assert(
      fc.property(fc.array(item), fc.array(item), (kept, dropped) => {
        const names = new Map(kept)
        const index = indexOf([...dropped, ...kept])
        for (const [name] of dropped) if (!names.has(name)) index.delete(name)
        assert.deepEqual(index.digests(), indexOf([...names].toReversed()).digests())
        assert.equal(index.size, names.size)
      }),
    )
  })

  it('shows by its buckets where two of them differ', () => {
    fc.assert(
      fc.property(fc.uniqueArray(item, { selector: ([name]) => name }), item, (items, [name, hash]) => {
        fc.pre(items.every(([other]) => other !== name) && hash.slice(0, 16).some((byte) => byte !== 0))
        const [without, with_] = [indexOf(items), indexOf([...items, [name, hash]])]
        const [bucket, ...rest] = differingBuckets(without.digests(), with_.digests())
        assert.deepEqual(rest, [])
        assert.ok(with_.items(bucket ?? -1).has(name))
      }),
    )
  })
})
