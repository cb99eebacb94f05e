import { deepEqual, equal, rejects } from 'node:assert/strict'
import { watchStore } from '../../../node/metrics/store-writes.ts'
import type { RecordStore, Store } from '../../../node/ports/storage.ts'
import { openStore } from '../../../node/storage/index.ts'
import { createHandClock } from '../../support/hand-clock.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'

/** A store that keeps nothing. */
const emptyStore = (
  records: Partial<RecordStore> = {},
  consensus: Partial<Store['consensus']> = {},
): Store => ({
  consensus: {
    stamp: null,
    load: async () => ({ hardState: null, entries: [] }),
    persist: async () => {},
    ...consensus,
  },
  records: () => ({
    get: async () => null,
    getNow: () => null,
    write: async () => {},
    async *entries() {},
    async *pages() {},
    ...records,
  }),
  close: async () => {},
})

describe('the writes of a store', () => {
  const value = new Uint8Array([1])

  it('are counted as they pass, and reach the disk', async () => {
    const scratch = await scratchDir()
    try {
      const { store, writes } = watchStore(
        await openStore({ dataDir: scratch.path, logger: silentLogger }),
        createHandClock(),
      )
      await store.records('a').write([{ key: 'k', value }])
      await store.consensus.persist({ hardState: { term: 1, votedFor: null, commitIndex: 0 }, entries: [] })
      equal(writes.written(), 2)
      equal(writes.failed(), 0)
      deepEqual(await store.records('a').get('k'), value)
      equal((await store.consensus.load()).hardState?.term, 1)
      await store.close()
      await rejects(store.records('a').write([{ key: 'k', value: null }]))
      equal(writes.failed(), 1)
      equal(typeof writes.failure(), 'string')
    } finally {
      await scratch.remove()
    }
  })

  it('tell how long the oldest of them waits', async () => {
    const clock = createHandClock()
    const ends: (() => void)[] = []
    const write = () => new Promise<void>((resolve) => void ends.push(resolve))
    const { store, writes } = watchStore(emptyStore({ write }), clock)
    const first = store.records('a').write([])
    clock.pass(700)
    const second = store.records('a').write([])
    clock.pass(300)
    equal(writes.oldestMs(), 1_000)
    ends[0]?.()
    await first
    equal(writes.oldestMs(), 300)
    ends[1]?.()
    await second
    equal(writes.oldestMs(), 0)
  })

  it('tell how big the last snapshot of the log is', async () => {
    const configuration = { voters: [], votersOutgoing: [], learners: [] }
    const snapshot = { index: 1, term: 1, configuration, data: new Uint8Array(7) }
    const load = async () => ({ hardState: null, entries: [], snapshot })
    const { store, writes } = watchStore(emptyStore({}, { load }), createHandClock())
    equal(writes.snapshotBytes(), 0)
    await store.consensus.load()
    equal(writes.snapshotBytes(), 7)
    const compaction = {
      snapshot: { ...snapshot, data: new Uint8Array(9) },
      base: { index: 1, term: 1 },
      lastIndex: 1,
    }
    await store.consensus.persist({ hardState: null, entries: [], compaction })
    await store.consensus.persist({ hardState: null, entries: [] })
    equal(writes.snapshotBytes(), 9)
  })
})
