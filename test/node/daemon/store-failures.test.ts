import { deepEqual, rejects, throws } from 'node:assert/strict'
import { watchFailures } from '../../../node/daemon/store-failures.ts'
import type { RecordStore, Store } from '../../../node/ports/storage.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'

const FULL = new Error('no space left on device')

const STAMP = { id: '0'.repeat(32), boot: 1 }

const createStore = (write: () => Promise<void>, read: () => null = () => null): Store => {
  const reading = { get: async () => read(), getNow: read }
  const records: RecordStore = { ...reading, write, async *entries() {}, async *pages() {} }
  return {
    consensus: { stamp: STAMP, load: async () => ({ hardState: null, entries: [] }), persist: write },
    records: () => records,
    close: async () => {},
  }
}

describe('a store that fails', () => {
  it('is told of where it takes no write, whoever wrote, before the writer hears it', async () => {
    const told: string[] = []
    const store = watchFailures(
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

  it('is told of where a record is damaged, whoever reads it, before the reader hears it', async () => {
    const damage = new CoterieError('storeCorrupt', {
      path: '/data',
      detail: 'a record is not what was written',
    })
    const told: string[] = []
    const store = watchFailures(
      createStore(
        async () => {},
        () => {
          throw damage
        },
      ),
      (error) => told.push(error.message),
    )
    const records = store.records('registers')
    throws(() => records.getNow('a'), damage)
    deepEqual(told, [damage.message])
    await rejects(
      records.get('a').catch((error: Error) => told.push('heard') && Promise.reject(error)),
      damage,
    )
    deepEqual(told, [damage.message, damage.message, 'heard'])
  })

  it('is not told of where somebody reads after it was closed', () => {
    const closed = new CoterieError('storeFailed', { path: '/data', detail: 'it is closed' })
    const told: Error[] = []
    const store = watchFailures(
      createStore(
        async () => {},
        () => {
          throw closed
        },
      ),
      (error) => told.push(error),
    )
    throws(() => store.records('registers').getNow('a'), closed)
    deepEqual(told, [])
  })

  it('is not told of while all goes well', async () => {
    const told: Error[] = []
    const store = watchFailures(
      createStore(async () => {}),
      (error) => told.push(error),
    )
    await store.records('registers').write([{ key: 'a', value: null }])
    deepEqual(told, [])
  })

  it('keeps the name by which it votes', () => {
    const store = watchFailures(
      createStore(async () => {}),
      () => {},
    )
    deepEqual(store.consensus.stamp, STAMP)
  })
})
