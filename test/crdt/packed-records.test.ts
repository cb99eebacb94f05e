import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createPackedRecords, markOf, packedRecordsOf } from '../../crdt/packed-records.ts'
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
      fc.property(fc.array(change, { maxLength: 400, size: 'max' }), fc.boolean(), (changes, isElsewhere) => {
        const model = new Map<string, Uint8Array>()
        const records = createPackedRecords(0, isElsewhere ? (name) => model.get(name) ?? null : null)
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
        assert.deepEqual([...records.names()].sort(), [...model.keys()].sort())
        for (const [known, bytes] of model) assert.deepEqual(records.get(known), bytes)
        assert.equal(records.get('another'), null)
        assert.equal(records.has('another'), false)
        const listed = Array.from({ length: 128 }, (_, bucket) => [...records.index.items(bucket)]).flat()
        assert.deepEqual(listed.map(([each]) => each).sort(), [...model.keys()].sort())
      }),
      { numRuns: 60 },
    )
  })

  it('go on as others that begin with what they were', () => {
    const records = createPackedRecords(0xabcdef)
    for (let at = 0; at < 1_000; at++)
      records.set(
        `name-${at}`,
        HASH.map(() => at),
        new Uint8Array(100).fill(at),
      )
    for (let at = 0; at < 1_000; at += 3) records.delete(`name-${at}`)
    const digests = records.index.digests()
    // As it comes to another thread.
    const others = packedRecordsOf(structuredClone(records.state()))
    assert.deepEqual(others.index.digests(), digests)
    assert.equal(others.bytes, records.bytes)
    for (const each of [records, others]) {
      for (let at = 0; at < 500; at++)
        each.set(
          `name-${at}`,
          HASH.map(() => 7),
          new Uint8Array(200).fill(7),
        )
      for (let at = 500; at < 1_000; at += 5) each.delete(`name-${at}`)
    }
    assert.deepEqual([...others.names()].sort(), [...records.names()].sort())
    for (const name of records.names()) assert.deepEqual(others.get(name), records.get(name))
    assert.deepEqual(others.index.digests(), records.index.digests())
    assert.equal(others.index.version, records.index.version)
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

  it('lie in the same buckets whatever their seed, and look alike', () => {
    const [one, other] = [createPackedRecords(), createPackedRecords(0xabcdef)]
    for (let at = 0; at < 1_000; at++) {
      one.set(
        `name-${at}`,
        HASH.map(() => at),
      )
      other.set(
        `name-${999 - at}`,
        HASH.map(() => 999 - at),
      )
    }
    for (let at = 0; at < 1_000; at += 3) for (const each of [one, other]) each.delete(`name-${at}`)
    assert.deepEqual(one.index.digests(), other.index.digests())
    for (let bucket = 0; bucket < 128; bucket++) {
      const namesOf = ({ index }: typeof one) => [...index.items(bucket)].map(([name]) => name).sort()
      assert.deepEqual(namesOf(one), namesOf(other))
      for (const name of namesOf(one)) assert.ok(other.index.items(bucket).has(name))
    }
  })

  it('of names that were made up to share a chain are found as fast as others', () => {
    // Texts that FNV-1a does not tell apart, one after the other: each takes the hash from one number to the next.
    const alike: string[][] = []
    let hash = 0x811c9dc5
    const hashOf = (text: string) => {
      let next = hash
      for (let at = 0; at < text.length; at++) next = Math.imul(next ^ text.charCodeAt(at), 0x01000193)
      return next
    }
    while (alike.length < 10) {
      const seen = new Map<number, string>()
      let text = ''
      for (let at = 0; !seen.has(hashOf(text)) || seen.get(hashOf(text)) === text; at++) {
        seen.set(hashOf(text), text)
        text = (at * 7_919).toString(36).padStart(6, '0')
      }
      alike.push([seen.get(hashOf(text)) as string, text])
      hash = hashOf(text)
    }
    const names = Array.from({ length: 2 ** alike.length }, (_, at) =>
      alike.map((pair, bit) => pair[(at >> bit) & 1]).join(''),
    )
    const marks = new Set(names.map((name) => markOf(new TextEncoder().encode(name), 0)))
    const seeded = new Set(names.map((name) => markOf(new TextEncoder().encode(name), 0x12345)))
    assert.equal(marks.size, 1)
    assert.ok(seeded.size > 0.9 * names.length)
    assert.equal(new Set([...seeded].map((mark) => mark % 128)).size, 1)
  })
})
