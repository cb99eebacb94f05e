import assert from 'node:assert/strict'
import { createRegister, registerName } from '../../../crdt/index.ts'
import { IntentRecords } from '../../../node/intent/intent-records.ts'
import type { RecordStore } from '../../../node/ports/storage.ts'
import { type Author, newAuthor, write } from '../../crdt/authors.ts'
import { createHandClock } from '../../support/hand-clock.ts'
import { silentLogger } from '../../support/silent-logger.ts'
import { memoryRecords } from '../agent/memory-records.ts'

describe('intent on disk: the clock of what a node wrote', () => {
  const [self, other] = [newAuthor(), newAuthor()]
  const open = (store: RecordStore) =>
    new IntentRecords({ records: () => store, clock: createHandClock(), logger: silentLogger }, self.node)
  const writeBoth = async (): Promise<[string, Uint8Array, number][]> => {
    const of = async (author: Author) => {
      const { id, bytes, hlc } = await write(author, 'web')
      return [id, bytes, hlc.wallMs] as [string, Uint8Array, number]
    }
    return [await of(self), await of(other)]
  }

  it('is found among the revisions that an earlier version stored without it, and kept from then on', async () => {
    const store = memoryRecords()
    const both = await writeBoth()
    await store.write(both.map(([key, value]) => ({ key, value })))
    const taken: string[] = []
    const clock = await open(store).loadRevisions((id) => taken.push(id))
    assert.deepEqual(taken.sort(), both.map(([id]) => id).sort())
    assert.equal(clock.wallMs, both[0]?.[2])
    for (const [key] of both) await store.write([{ key, value: null }])
    assert.deepEqual(await open(store).loadRevisions(() => assert.fail()), clock)
  })
})

describe('intent on disk: a register', () => {
  const author = newAuthor()

  it('is read as it was given last, before, while and after it is written', async () => {
    const store = memoryRecords()
    const writes: (() => void)[] = []
    const slow: RecordStore = {
      ...store,
      write: (changes) => new Promise((resolve) => writes.push(() => store.write(changes).then(resolve))),
    }
    const records = new IntentRecords(
      { records: () => slow, clock: createHandClock(), logger: silentLogger },
      author.node,
    )
    const written = (sequence: number) =>
      createRegister(
        { node: author.node, key: 'task/a', epoch: 1, sequence, value: new Uint8Array() },
        author.sign,
      )
    const [first, second] = [await written(1), await written(2)]
    const name = registerName(first)
    assert.equal(records.register(name), null)
    records.storeRegister(first)
    const flushed = records.flush()
    assert.deepEqual(records.register(name), first.bytes)
    records.storeRegister(second)
    assert.deepEqual(records.register(name), second.bytes)
    writes.shift()?.()
    await flushed
    assert.deepEqual(records.register(name), second.bytes)
    const flushedAgain = records.flush()
    assert.deepEqual(records.register(name), second.bytes)
    writes.shift()?.()
    await flushedAgain
    assert.deepEqual(records.register(name), second.bytes)
    records.removeRegister(second)
    assert.equal(records.register(name), null)
  })
})
