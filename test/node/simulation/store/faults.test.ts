import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Store } from '../../../../node/ports/storage.ts'
import { createRandom } from '../../../../node/simulation/random.ts'
import {
  createSimulatedDisk,
  openSimulatedStore,
  type SimulatedDisk,
} from '../../../../node/simulation/store/index.ts'
import type { LogEntry } from '../../../../protocols/consensus/index.ts'
import { createVirtualTime, LONG_MS, type VirtualTime } from '../virtual-time.ts'

const entry = (index: number, term = 1): LogEntry => ({
  index,
  term,
  kind: 'decision',
  data: Uint8Array.of(1),
})
const hardState = (term: number) => ({ term, votedFor: null, commitIndex: 0 })

describe('a simulated disk', () => {
  let time: VirtualTime
  let disk: SimulatedDisk
  let store: Store

  const begin = (seed = 1): void => {
    time = createVirtualTime()
    disk = createSimulatedDisk({ after: time.after, random: createRandom(seed) })
    store = openSimulatedStore(disk)
  }
  beforeEach(() => begin())

  const persist = (index: number, term = 1) =>
    store.consensus.persist({ hardState: hardState(term), entries: [entry(index, term)] })
  const restart = () => {
    disk.crash()
    store = openSimulatedStore(disk)
  }
  const put = (key: string, name = 'a') => store.records(name).write([{ key, value: Uint8Array.of(1) }])
  const failed = (promise: Promise<unknown>) => assert.rejects(time.settled(promise), { code: 'storeFailed' })

  it('settles nothing before time passes', async () => {
    let count = 0
    const told = () => void count++
    void store.consensus.load().then(told)
    void persist(1).then(told)
    void put('x').then(told)
    void store.records('a').get('x').then(told)
    void store.records('a').entries()[Symbol.asyncIterator]().next().then(told)
    await time.asked()
    assert.equal(count, 0)
    await time.pass(100)
    assert.equal(count, 5)
  })

  it('loses, keeps or tears the write that a crash meets, and tells nobody', async () => {
    for (const unsynced of ['lost', 'torn', 'kept'] as const) {
      begin()
      await time.settled(persist(1))
      let isTold = false
      void persist(2, 2).then(() => {
        isTold = true
      })
      await time.asked()
      disk.crash(unsynced)
      await time.pass(LONG_MS)
      assert.equal(isTold, false)
      assert.equal(disk.durable().entries.length, unsynced === 'kept' ? 2 : 1)
      assert.equal(disk.durable().hardState?.term, unsynced === 'kept' ? 2 : 1)
      assert.equal(disk.durable().acknowledged.lastIndex, 1)
    }
  })

  it('can be met just before and just after a sync', async () => {
    for (const moment of ['before', 'after'] as const) {
      begin()
      disk.atNextSync(moment, () => disk.crash('lost'))
      let isTold = false
      void persist(1).then(() => {
        isTold = true
      })
      await time.pass(LONG_MS)
      assert.equal(isTold, false)
      assert.equal(disk.durable().entries.length, moment === 'after' ? 1 : 0)
      store = openSimulatedStore(disk)
      assert.equal((await time.settled(store.consensus.load())).entries.length, moment === 'after' ? 1 : 0)
    }
  })

  it('keeps what waited for the same sync together', async () => {
    void put('first')
    void Promise.all([put('x'), persist(1), put('y', 'b')])
    disk.atNextSync('after', () => disk.atNextSync('before', () => disk.crash('lost')))
    await time.pass(LONG_MS)
    restart()
    assert.ok(await time.settled(store.records('a').get('first')))
    assert.equal(await time.settled(store.records('a').get('x')), null)
    assert.equal(await time.settled(store.records('b').get('y')), null)
    assert.equal(disk.durable().entries.length, 0)
  })

  it('that is full refuses, also after it was drained, until the store is opened again', async () => {
    await time.settled(put('x'))
    disk.fill()
    await failed(put('y'))
    disk.drain()
    await failed(put('z'))
    assert.ok(await time.settled(store.records('a').get('x')))
    restart()
    await time.settled(put('z'))
    assert.equal(await time.settled(store.records('a').get('y')), null)
  })

  it('whose sync failed may have kept the write, and may not, and takes no more until it is opened again', async () => {
    const kept = new Set<boolean>()
    for (let seed = 1; seed <= 20; seed++) {
      begin(seed)
      disk.failWrites(1)
      await failed(persist(1))
      await failed(put('x'))
      assert.equal(disk.durable().entries.length, 0)
      restart()
      kept.add(disk.durable().entries.length === 1)
      await time.settled(put('x'))
    }
    assert.equal(kept.size, 2)
  })

  it('that is slow takes its time', async () => {
    disk.slow(2_000)
    let longestMs = 0
    for (let index = 1; index <= 20; index++) {
      const beganMs = time.nowMs()
      await time.settled(persist(index))
      longestMs = Math.max(longestMs, time.nowMs() - beganMs)
    }
    assert.ok(longestMs > 1_000 && longestMs <= 2_000, `${longestMs} ms`)
  })

  it('that is mended is met by no fault, also not by one that was to come', async () => {
    disk.fill()
    disk.slow(2_000)
    disk.failWrites(1)
    disk.atNextSync('before', () => disk.crash())
    disk.atNextSync('after', () => disk.crash())
    disk.mend()
    await time.settled(persist(1))
    assert.ok(time.nowMs() < 20)
  })

  it('that is lost is blank, and what was acknowledged is still known', async () => {
    await time.settled(persist(1, 7))
    disk.lose()
    store = openSimulatedStore(disk)
    assert.deepEqual(await time.settled(store.consensus.load()), { hardState: null, entries: [] })
    assert.deepEqual(disk.durable().acknowledged, { hardState: hardState(7), lastIndex: 1 })
  })

  it('can be put back to an old copy, more than once', async () => {
    await time.settled(persist(1))
    const copy = disk.copy()
    for (let restored = 0; restored < 2; restored++) {
      await time.settled(persist(2, 2))
      await time.settled(put('x'))
      disk.restore(copy)
      store = openSimulatedStore(disk)
      assert.equal((await time.settled(store.consensus.load())).entries.length, 1)
      assert.equal(await time.settled(store.records('a').get('x')), null)
    }
  })

  it('hands no result to a process that does not run', async () => {
    let isPaused = true
    const waiting: (() => void)[] = []
    disk.crash()
    store = openSimulatedStore(disk, (task) => (isPaused ? void waiting.push(task) : task()))
    let isTold = false
    void persist(1).then(() => {
      isTold = true
    })
    await time.pass(LONG_MS)
    assert.deepEqual([isTold, disk.durable().entries.length], [false, 1])
    isPaused = false
    for (const task of waiting) task()
    await time.pass(1)
    assert.equal(isTold, true)
  })

  it('whatever happens: has all that was acknowledged, and of the rest what came first', async () => {
    const Step = fc.record({
      writes: fc.integer({ min: 1, max: 4 }),
      passMs: fc.integer({ min: 0, max: 12 }),
      crash: fc.option(fc.constantFrom('lost', 'kept', 'torn', undefined)),
    })
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.array(Step, { maxLength: 30 }), async (seed, steps) => {
        begin(seed)
        let written = 0
        let acknowledged = 0
        for (const { writes, passMs, crash } of steps) {
          for (let write = 0; write < writes; write++) {
            const number = ++written
            void store
              .records('a')
              .write([
                { key: String(number).padStart(6, '0'), value: Uint8Array.of(0) },
                { key: 'last', value: Uint8Array.of(number % 256) },
              ])
              .then(() => {
                acknowledged = number
              })
          }
          await time.pass(passMs)
          if (crash === null) continue
          disk.crash(crash)
          store = openSimulatedStore(disk)
          const keys: string[] = []
          const read = (async () => {
            for await (const [key] of store.records('a').entries()) keys.push(key)
          })()
          await time.settled(read)
          const numbers = keys.filter((key) => key !== 'last').map(Number)
          const last = await time.settled(store.records('a').get('last'))
          assert.deepEqual(
            numbers,
            Array.from({ length: numbers.length }, (_, at) => at + 1),
          )
          assert.ok(numbers.length >= acknowledged)
          assert.equal(last?.[0], numbers.length === 0 ? undefined : numbers.length % 256)
          // What was lost is written anew under its number.
          written = numbers.length
        }
      }),
      { numRuns: 200 },
    )
  })
})
