import assert from 'node:assert/strict'
import type { Store } from '../../../node/ports/storage.ts'
import { openStore } from '../../../node/storage/index.ts'
import type { LogEntry } from '../../../protocols/consensus/index.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'

const NODE = '12D3KooWAAAAAAAAAAAAAAAAAAAA'

const entry = (index: number, term = 1): LogEntry => ({
  index,
  term,
  kind: 'decision',
  data: Uint8Array.of(index % 256, term),
})

describe('a store on disk', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  let store: Store

  const open = async () => {
    store = await openStore({ dataDir: scratch.path, logger: silentLogger })
  }
  const reopen = async () => {
    await store.close()
    await open()
  }

  beforeEach(async () => {
    scratch = await scratchDir()
    await open()
  })
  afterEach(async () => {
    await store.close()
    await scratch.remove()
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
  })

  it('refuses writes and reads once it is closed, and does not call that damage', async () => {
    await store.close()
    await assert.rejects(store.records('a').get('x'), { code: 'storeFailed' })
    await assert.rejects(store.records('a').write([{ key: 'x', value: null }]), { code: 'storeFailed' })
    await open()
  })
})
