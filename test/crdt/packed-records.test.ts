import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createPackedRecords } from '../../crdt/packed-records.ts'
import { createRecordBlocks } from '../../crdt/record-blocks.ts'

const HASH = new Uint8Array(16)

describe('packed records', () => {
  const name = fc.nat({ max: 300 }).map((at) => `name-${at}`)
  const change = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ name, bytes: fc.uint8Array({ maxLength: 40 }), copies: fc.nat({ max: 60 }) }),
    },
    { weight: 1, arbitrary: fc.record({ name }) },
  )

  it('hold what a map of them would hold, however often they change', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 400, size: 'max' }), (changes) => {
        const records = createPackedRecords()
        const model = new Map<string, Uint8Array>()
        for (const each of changes) {
          if ('bytes' in each) {
            const bytes = new Uint8Array(each.bytes.length * each.copies).map(
              (_, at) => each.bytes[at % each.bytes.length] ?? 0,
            )
            records.set(each.name, HASH, bytes)
            model.set(each.name, bytes)
          } else assert.equal(records.delete(each.name), model.delete(each.name))
        }
        assert.equal(records.index.size, model.size)
        assert.deepEqual(new Map(records.entries()), model)
        for (const [known, bytes] of model) assert.deepEqual(records.get(known), bytes)
        assert.equal(records.get('another'), null)
        assert.equal(records.has('another'), false)
        const listed = Array.from({ length: 128 }, (_, bucket) => [...records.index.items(bucket)]).flat()
        assert.deepEqual(listed.map(([each]) => each).sort(), [...model.keys()].sort())
      }),
      { numRuns: 60 },
    )
  })

  it('give the memory of what was replaced back, and leave views of it as they were', () => {
    const records = createPackedRecords()
    const bytesOf = (round: number) => new Uint8Array(1_000).fill(round)
    records.set('first', HASH, bytesOf(0))
    const view = records.get('first') as Uint8Array
    for (let round = 1; round < 50; round++)
      for (let at = 0; at < 100; at++) records.set(at === 0 ? 'first' : `other-${at}`, HASH, bytesOf(round))
    assert.deepEqual(view, bytesOf(0))
    assert.deepEqual(records.get('first'), bytesOf(49))
    assert.ok(records.bytes < 200_000)
  })

  it('hold no memory for what came and went while nothing else changed', () => {
    let moved = 0
    const addresses = new Map<number, number>()
    const blocks = createRecordBlocks({
      addressOf: (place) => addresses.get(place) ?? null,
      moved: (place, address) => {
        moved++
        addresses.set(place, address)
      },
    })
    const bytes = new Uint8Array(1_000)
    const kept = new Set<ArrayBufferLike>()
    for (let place = 0; place < 10_000; place++) {
      const address = blocks.put(place, new Uint8Array(4), bytes)
      addresses.set(place, address)
      // One in a thousand stays.
      if (place % 1_000 === 0) continue
      addresses.delete(place)
      blocks.drop(address)
    }
    for (const address of addresses.values()) kept.add(blocks.get(address).buffer)
    assert.equal(addresses.size, 10)
    assert.ok(moved > 0)
    assert.ok(kept.size <= 2, `${kept.size} blocks hold ten records`)
  })
})
