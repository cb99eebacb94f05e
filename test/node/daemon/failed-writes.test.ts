import { deepEqual, rejects } from 'node:assert/strict'
import { watchWrites } from '../../../node/daemon/failed-writes.ts'
import type { RecordStore, Store } from '../../../node/ports/storage.ts'

const FULL = new Error('no space left on device')

const STAMP = { id: '0'.repeat(32), boot: 1 }

const createStore = (write: () => Promise<void>): Store => {
  const none = { get: async () => null, getNow: () => null }
  const records: RecordStore = { ...none, write, async *entries() {}, async *pages() {} }
  return {
    consensus: { stamp: STAMP, load: async () => ({ hardState: null, entries: [] }), persist: write },
    records: () => records,
    close: async () => {},
  }
}

describe('a store whose write failed', () => {
  it('is told of, whoever wrote, before the writer hears it', async () => {
    const told: string[] = []
    const store = watchWrites(
      createStore(() => Promise.reject(FULL)),
      (error) => told.push(error.message),
    )
    const writes = [
      store.records('registers').write([]),
      store.consensus.persist({ hardState: null, entries: [] }),
    ]
    for (const write of writes)
      await rejects(write.catch((error: Error) => told.push('heard') && Promise.reject(error)))
    deepEqual(told.slice(0, 1), [FULL.message])
    deepEqual(told.filter((word) => word === FULL.message).length, 2)
  })

  it('is not told of while all goes well', async () => {
    const told: Error[] = []
    const store = watchWrites(
      createStore(async () => {}),
      (error) => told.push(error),
    )
    await store.records('registers').write([{ key: 'a', value: null }])
    deepEqual(told, [])
  })

  it('keeps the name by which it votes', () => {
    const store = watchWrites(
      createStore(async () => {}),
      () => {},
    )
    deepEqual(store.consensus.stamp, STAMP)
  })
})
