/** What every store promises, tried on the real one and on the simulated one. */
import assert from 'node:assert/strict'
import type { Store } from '../../../node/ports/storage.ts'
import type { Compaction, LogEntry } from '../../../protocols/consensus/index.ts'

const NODE = '12D3KooWAAAAAAAAAAAAAAAAAAAA'

const entry = (index: number, term = 1): LogEntry => ({
  index,
  term,
  kind: 'decision',
  data: Uint8Array.of(index % 256, term),
})

/** A snapshot at `index` of so many bytes, that leaves the entries after `base` up to `lastIndex`. */
const compactionAt = (index: number, base: number, lastIndex: number, bytes = 10): Compaction => ({
  snapshot: {
    index,
    term: 1,
    configuration: { voters: [NODE], votersOutgoing: [], learners: [] },
    data: new Uint8Array(bytes).fill(index),
  },
  base: { index: base, term: 1 },
  lastIndex,
})

/** One kind of store, on a place of its own. */
export interface StoreGround {
  /** Opens the store in that place, as a life of the daemon does. */
  open(): Promise<Store>
  remove(): Promise<void>
}

/** Declares the suite; `createGround` is called before each test. */
export const describeStore = (createGround: () => Promise<StoreGround>): void => {
  let ground: StoreGround
  let store: Store

  const reopen = async () => {
    await store.close()
    store = await ground.open()
  }
  const persist = (entries: readonly LogEntry[], commitIndex: number | null = null) =>
    store.consensus.persist({
      hardState: commitIndex === null ? null : { term: 9, votedFor: null, commitIndex },
      entries,
    })

  beforeEach(async () => {
    ground = await createGround()
    store = await ground.open()
  })
  afterEach(async () => {
    await store.close()
    await ground.remove()
  })

  it('is empty when it is new', async () => {
    assert.deepEqual(await store.consensus.load(), { hardState: null, entries: [] })
    assert.equal(await store.records('any').get('a'), null)
  })

  it('gives back hard state and log after it was closed, in number order', async () => {
    const hardState = { term: 3, votedFor: NODE, commitIndex: 2 }
    const entries = Array.from({ length: 12 }, (_, at) => entry(at + 1))
    await store.consensus.persist({ hardState, entries })
    await reopen()
    assert.deepEqual(await store.consensus.load(), { hardState, entries })
  })

  it('replaces the suffix of the log, also in a process that has read nothing yet', async () => {
    await store.consensus.persist({ hardState: null, entries: [1, 2, 3, 4, 5].map((index) => entry(index)) })
    await reopen()
    await store.consensus.persist({ hardState: null, entries: [entry(3, 2)] })
    await reopen()
    assert.deepEqual((await store.consensus.load()).entries, [entry(1), entry(2), entry(3, 2)])
  })

  it('takes persists in the order in which they were given', async () => {
    await Promise.all([
      store.consensus.persist({ hardState: null, entries: [1, 2, 3].map((index) => entry(index)) }),
      store.consensus.persist({ hardState: null, entries: [entry(1, 2)] }),
      store.consensus.persist({ hardState: null, entries: [entry(2, 3)] }),
    ])
    assert.deepEqual((await store.consensus.load()).entries, [entry(1, 2), entry(2, 3)])
  })

  it('refuses to write a log with a gap', async () => {
    await store.consensus.persist({ hardState: null, entries: [entry(1)] })
    await assert.rejects(store.consensus.persist({ hardState: null, entries: [entry(3)] }), {
      code: 'storeFailed',
    })
    assert.deepEqual((await store.consensus.load()).entries, [entry(1)])
  })

  it('keeps collections apart, each in key order', async () => {
    const bytes = Uint8Array.of(1)
    await store.records('b').write([{ key: 'x', value: bytes }])
    await store.records('a').write([
      { key: 'task/2', value: bytes },
      { key: 'task/1', value: bytes },
      { key: 'node/1', value: bytes },
      { key: 'ü/1', value: bytes },
    ])
    const keys = async (name: string, prefix?: string) => {
      const found: string[] = []
      for await (const [key] of store.records(name).entries(prefix)) found.push(key)
      return found
    }
    assert.deepEqual(await keys('a'), ['node/1', 'task/1', 'task/2', 'ü/1'])
    assert.deepEqual(await keys('a', 'task/'), ['task/1', 'task/2'])
    assert.deepEqual(await keys('b'), ['x'])
    await store.records('a').write([{ key: 'task/1', value: null }])
    await reopen()
    assert.equal(await store.records('a').get('task/1'), null)
    assert.deepEqual(await store.records('a').get('task/2'), bytes)
    assert.equal(store.records('a').getNow('task/1'), null)
    assert.deepEqual(store.records('a').getNow('task/2'), bytes)
  })

  it('refuses writes and reads once it is closed, and does not call that damage', async () => {
    await store.close()
    await assert.rejects(store.records('a').get('x'), { code: 'storeFailed' })
    assert.throws(() => store.records('a').getNow('x'), { code: 'storeFailed' })
    await assert.rejects(store.records('a').write([{ key: 'x', value: null }]), { code: 'storeFailed' })
    store = await ground.open()
  })

  it('refuses a second opening while it is open', async () => {
    await assert.rejects(ground.open(), { code: 'dataDirInUse' })
    await store.records('a').write([{ key: 'x', value: Uint8Array.of(1) }])
  })

  it('goes on after a write that it refused', async () => {
    const [refused, taken] = await Promise.allSettled([persist([entry(2)]), persist([entry(1)])])
    assert.equal(refused.status, 'rejected')
    assert.equal(taken.status, 'fulfilled')
    assert.deepEqual((await store.consensus.load()).entries, [entry(1)])
  })

  it('takes a change of nothing', async () => {
    await persist([])
    assert.deepEqual(await store.consensus.load(), { hardState: null, entries: [] })
  })

  it('refuses to load a log that ends before what was committed', async () => {
    await persist([entry(1), entry(2)], 2)
    await persist([entry(1)])
    await assert.rejects(store.consensus.load(), { code: 'storeCorrupt' })
  })

  it('refuses to load a log in which the term falls', async () => {
    await persist([entry(1, 2), entry(2, 1)])
    await assert.rejects(store.consensus.load(), { code: 'storeCorrupt' })
  })

  it('writes the records of one call together, each key as it was named last', async () => {
    const records = store.records('a')
    await records.write([
      { key: 'x', value: Uint8Array.of(1) },
      { key: 'y', value: Uint8Array.of(2) },
      { key: 'x', value: null },
      { key: 'y', value: Uint8Array.of(3) },
    ])
    await reopen()
    assert.equal(await store.records('a').get('x'), null)
    assert.deepEqual(await store.records('a').get('y'), Uint8Array.of(3))
  })

  it('keeps what was written, whatever becomes of the bytes that were given or got', async () => {
    const value = Uint8Array.of(1)
    const written = store.records('a').write([{ key: 'x', value }])
    value.fill(2)
    await written
    const got = await store.records('a').get('x')
    got?.fill(3)
    assert.deepEqual(await store.records('a').get('x'), Uint8Array.of(1))
  })

  it('shows a collection as it was when the reading of it began', async () => {
    const records = store.records('a')
    await records.write(['a', 'b', 'c'].map((key) => ({ key, value: Uint8Array.of(1) })))
    const keys: string[] = []
    for await (const [key] of records.entries()) {
      keys.push(key)
      if (key === 'a') await records.write([{ key: 'b', value: null }])
    }
    assert.deepEqual(keys, ['a', 'b', 'c'])
  })

  it('ends the writes under way before it closes', async () => {
    const writes = [persist([entry(1)]), store.records('a').write([{ key: 'x', value: Uint8Array.of(1) }])]
    await store.close()
    const [, records] = await Promise.allSettled(writes)
    assert.equal(records?.status, 'fulfilled')
    store = await ground.open()
    assert.deepEqual(await store.records('a').get('x'), Uint8Array.of(1))
  })

  describe('with a log that is compacted', () => {
    const entries = (from: number, to: number, term = 1) =>
      Array.from({ length: to - from + 1 }, (_, at) => entry(from + at, term))
    const compact = (compaction: Compaction, more: readonly LogEntry[] = []) =>
      store.consensus.persist({ hardState: null, entries: more, compaction })
    beforeEach(() => persist(entries(1, 9), 8))

    it('gives back the snapshot and the entries after its base', async () => {
      const compaction = compactionAt(7, 5, 9, 2_500_000)
      await compact(compaction)
      await reopen()
      const { snapshot, base } = compaction
      const hardState = { term: 9, votedFor: null, commitIndex: 8 }
      assert.deepEqual(await store.consensus.load(), { hardState, snapshot, base, entries: entries(6, 9) })
    })

    it('compacts first, then replaces the entries', async () => {
      await compact(compactionAt(5, 3, 8))
      await compact(compactionAt(8, 6, 9), [entry(8, 2)])
      await reopen()
      const loaded = await store.consensus.load()
      assert.equal(loaded.snapshot?.index, 8)
      assert.deepEqual(loaded.entries, [entry(7), entry(8, 2)])
    })

    it('drops the entries after the ones that remain', async () => {
      await compact(compactionAt(7, 5, 6))
      await persist([entry(7, 2), entry(8, 2)])
      await reopen()
      assert.deepEqual((await store.consensus.load()).entries, [entry(6), entry(7, 2), entry(8, 2)])
    })

    it('takes a snapshot from beyond its log, and goes on after that alone', async () => {
      await persist([], 8)
      await store.consensus.persist({
        hardState: { term: 9, votedFor: null, commitIndex: 30 },
        entries: [],
        compaction: compactionAt(30, 30, 30),
      })
      for (const index of [29, 30, 32]) await assert.rejects(persist([entry(index)]), { code: 'storeFailed' })
      await persist([entry(31)])
      await reopen()
      assert.deepEqual((await store.consensus.load()).entries, [entry(31)])
    })

    it('refuses to load a snapshot of what was not committed', async () => {
      await compact(compactionAt(9, 5, 9))
      await assert.rejects(store.consensus.load(), { code: 'storeCorrupt' })
    })

    it('refuses to load entries of a term below the base', async () => {
      await compact({ ...compactionAt(7, 5, 9), base: { index: 5, term: 2 } })
      await assert.rejects(store.consensus.load(), { code: 'storeCorrupt' })
    })
  })
}
