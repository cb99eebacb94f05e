import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Level } from 'level'
import type { ConsensusStore, Store } from '../../../node/ports/storage.ts'
import { openStore } from '../../../node/storage/index.ts'
import type { Compaction, LogEntry, Snapshot } from '../../../protocols/consensus/index.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'

const configuration = { voters: ['12D3KooWAAAAAAAAAAAAAAAAAAAA'], votersOutgoing: [], learners: [] }
const entry = (index: number, term = 1): LogEntry => ({
  index,
  term,
  kind: 'decision',
  data: Uint8Array.of(index),
})
const entries = (from: number, to: number, term = 1) =>
  Array.from({ length: to - from + 1 }, (_, at) => entry(from + at, term))

/** A snapshot at `index` that leaves the entries after `baseIndex` up to `lastIndex`. */
const compactionAt = (
  index: number,
  baseIndex: number,
  lastIndex: number,
  bytes = 2_500_000,
): Compaction => ({
  snapshot: { index, term: 1, configuration, data: new Uint8Array(bytes).fill(index) },
  base: { index: baseIndex, term: 1 },
  lastIndex,
})
const allOf = ({ data }: Snapshot): Uint8Array => data.subarray(0, data.byteLength)
const committed = (commitIndex: number) => ({ term: 1, votedFor: null, commitIndex })
const NOTHING = { hardState: null, entries: [] }

describe('a store with snapshots', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  let store: Store
  let consensus: ConsensusStore

  const open = async () => {
    store = await openStore({ dataDir: scratch.path, logger: silentLogger })
    consensus = store.consensus
  }
  const reopen = async () => {
    await store.close()
    await open()
  }

  beforeEach(async () => {
    scratch = await scratchDir()
    await open()
    await consensus.persist({ hardState: committed(8), entries: entries(1, 9) })
  })
  afterEach(async () => {
    await store.close()
    await scratch.remove()
  })

  for (const [what, bytes] of [
    ['nothing', 0],
    ['one piece', 100],
    ['pieces that are full', 2 * 1024 * 1024],
    ['pieces of which the last is not full', 2_500_000],
  ] as const) {
    it(`gives back one of ${what}, and the log without what it covers`, async () => {
      const compaction = compactionAt(7, 5, 9, bytes)
      await consensus.persist({ ...NOTHING, compaction })
      await reopen()
      const { snapshot, base } = compaction
      assert.deepEqual(await consensus.load(), {
        hardState: committed(8),
        entries: entries(6, 9),
        snapshot,
        base,
      })
    })
  }

  it('puts one in place of the other, and goes on with the log, also in a process that has read nothing', async () => {
    await consensus.persist({ ...NOTHING, compaction: compactionAt(5, 3, 9) })
    await reopen()
    await consensus.persist({ hardState: null, entries: entries(8, 10, 2) })
    await reopen()
    const compaction = compactionAt(8, 8, 10, 10)
    await consensus.persist({ hardState: committed(10), entries: [entry(11, 2)], compaction })
    await reopen()
    const loaded = await consensus.load()
    assert.deepEqual(loaded.snapshot, compaction.snapshot)
    assert.deepEqual(loaded.entries, [...entries(9, 10, 2), entry(11, 2)])
    const level = await closedLevel()
    const pieces = await level.keys({ gte: 'consensus/snapshotPiece/', lt: 'consensus/snapshotPiece0' }).all()
    assert.equal(pieces.length, 1)
    await level.close()
    await open()
  })

  it('reads any part of one from the disk, and none of one that another took the place of', async () => {
    const bytes = 2_500_000
    const { snapshot, ...rest } = compactionAt(7, 5, 9, bytes)
    const data = Uint8Array.from({ length: bytes }, (_, at) => at % 251)
    await consensus.persist({ ...NOTHING, compaction: { ...rest, snapshot: { ...snapshot, data } } })
    const stored = consensus.snapshotData?.(snapshot)
    assert.equal(stored?.byteLength, bytes)
    for (const [begin, end] of [
      [0, 10],
      [1_048_570, 1_048_580],
      [0, bytes],
      [bytes - 5, bytes + 5],
      [bytes, bytes + 5],
    ] as const)
      assert.deepEqual(stored?.subarray(begin, end), data.slice(begin, end))
    await consensus.persist({ ...NOTHING, compaction: compactionAt(8, 8, 9) })
    assert.throws(() => stored?.subarray(0, 10), { code: 'storeCorrupt' })
  })

  it('puts the log of another generation in place of its own, at the same index or before it', async () => {
    const generation = { number: 4, id: 'a'.repeat(32) }
    await consensus.persist({ ...NOTHING, compaction: compactionAt(8, 8, 9) })
    for (const index of [8, 5]) {
      const { snapshot } = compactionAt(index, index, index, 1_200_000)
      const adopted = { ...snapshot, data: allOf(snapshot).map((byte) => byte + 100) }
      const base = { index, term: 1 }
      const hardState = { ...committed(index), generation }
      await consensus.persist({
        hardState,
        entries: [],
        compaction: { snapshot: adopted, base, lastIndex: index },
      })
      await reopen()
      assert.deepEqual(await consensus.load(), { hardState, entries: [], snapshot: adopted, base })
    }
  })

  it('discards the whole log where the snapshot is of another one', async () => {
    await consensus.persist({ hardState: committed(30), entries: [], compaction: compactionAt(30, 30, 30) })
    assert.deepEqual((await consensus.load()).entries, [])
    await assert.rejects(consensus.persist({ hardState: null, entries: [entry(32)] }), {
      code: 'storeFailed',
    })
    await assert.rejects(consensus.persist({ hardState: null, entries: [entry(30)] }), {
      code: 'storeFailed',
    })
    await consensus.persist({ hardState: null, entries: [entry(31)] })
    await reopen()
    assert.deepEqual((await consensus.load()).entries, [entry(31)])
  })

  /** LevelDB itself, in place of the store. */
  const closedLevel = async () => {
    await store.close()
    return new Level<string, Uint8Array>(join(scratch.path, 'store'), { valueEncoding: 'view' })
  }

  it('passes over the pieces of one that was cut off before its head', async () => {
    const compaction = compactionAt(5, 3, 9)
    await consensus.persist({ ...NOTHING, compaction })
    const level = await closedLevel()
    const left = (await level.get('consensus/snapshotPiece/0000000000000005/0000')) as Uint8Array
    await level.put('consensus/snapshotPiece/0000000000000008/0000', left)
    await level.close()
    await open()
    assert.deepEqual((await consensus.load()).snapshot, compaction.snapshot)
    const next = compactionAt(8, 8, 9, 10)
    await consensus.persist({ ...NOTHING, compaction: next })
    assert.deepEqual((await consensus.load()).snapshot, next.snapshot)
  })

  it('is refused without a piece of it', async () => {
    await consensus.persist({ ...NOTHING, compaction: compactionAt(7, 5, 9) })
    const level = await closedLevel()
    await level.del('consensus/snapshotPiece/0000000000000007/0001')
    await level.close()
    await open()
    await assert.rejects(consensus.load(), { code: 'storeCorrupt' })
  })

  it('is refused without the entries that remained', async () => {
    await consensus.persist({ ...NOTHING, compaction: compactionAt(7, 5, 9) })
    const level = await closedLevel()
    await level.del('consensus/entry/0000000000000006')
    await level.close()
    await open()
    await assert.rejects(consensus.load(), { code: 'storeCorrupt' })
  })

  it('is refused where the snapshot is gone and the log begins after it', async () => {
    await consensus.persist({ ...NOTHING, compaction: compactionAt(7, 5, 9) })
    const level = await closedLevel()
    await level.del('consensus/snapshot')
    await level.close()
    await open()
    await assert.rejects(consensus.load(), { code: 'storeCorrupt' })
  })
})

describe('a store that ends in the midst of writing a snapshot', () => {
  it('has the one before or the new one, whole, and sweeps the remains away', async function () {
    this.timeout(60_000)
    const scratch = await scratchDir()
    const program = join(import.meta.dirname, 'snapshots-until-killed.ts')
    try {
      for (let kill = 1; kill <= 4; kill++) {
        const child = spawn(process.execPath, [program, scratch.path], {
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        const exited = once(child, 'exit')
        let acknowledged = 0
        let count = 0
        for await (const line of createInterface({ input: child.stdout })) {
          acknowledged = Number(line)
          if (++count === 2 + kill) child.kill('SIGKILL')
        }
        await exited
        const store = await openStore({ dataDir: scratch.path, logger: silentLogger })
        try {
          const { snapshot, hardState } = await store.consensus.load()
          assert.ok(snapshot !== undefined && snapshot.index >= acknowledged)
          assert.ok(hardState !== null && hardState.commitIndex >= snapshot.index)
          assert.ok(allOf(snapshot).every((byte) => byte === snapshot.index % 256))
        } finally {
          await store.close()
        }
      }
    } finally {
      await scratch.remove()
    }
  })
})
