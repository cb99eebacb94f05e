import assert from 'node:assert/strict'
import { join } from 'node:path'
import { Level } from 'level'
import { createAdmissions } from '../../../node/generations/admissions.ts'
import { createLostDecisions } from '../../../node/generations/lost-decisions.ts'
import type { Store, StoredConsensus } from '../../../node/ports/storage.ts'
import { openStore } from '../../../node/storage/index.ts'
import type { LogEntry, Snapshot } from '../../../protocols/consensus/index.ts'
import { createDecisions, type Decision, decisionCodec } from '../../../protocols/decisions/index.ts'
import { eventually } from '../../support/eventually.ts'
import { createHandClock } from '../../support/hand-clock.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'

const NODE = '12D3KooWGzBkWmYQHh8ytmPGbSj1pnSyZ4GhVYNdBWBFFCTTCEDQ'
const drained = (draining: boolean): Decision => ({ type: 'nodeDrained', node: NODE, draining })
const entry = (index: number, term: number, draining = true): LogEntry => ({
  index,
  term,
  kind: 'decision',
  data: decisionCodec.encode(drained(draining)),
})
const configuration = { voters: [NODE], votersOutgoing: [], learners: [] }

describe('what only an older generation had', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  let store: Store
  let lost: ReturnType<typeof createLostDecisions>
  beforeEach(async () => {
    scratch = await scratchDir()
    store = await openStore({ dataDir: scratch.path, logger: silentLogger })
    lost = createLostDecisions(store.records('generations'))
  })
  afterEach(async () => {
    await store.close()
    await scratch.remove()
  })

  const left = (more: Partial<StoredConsensus> = {}): StoredConsensus => ({
    hardState: { term: 5, votedFor: null, commitIndex: 12 },
    entries: [
      entry(10, 3),
      { index: 11, term: 4, kind: 'noop', data: new Uint8Array() },
      entry(12, 4, false),
      entry(13, 4),
    ],
    ...more,
  })

  it('is kept decision by decision, and says what was known to be accepted', async () => {
    assert.equal(await lost.keep(left(), { index: 10, term: 3 }), 2)
    assert.deepEqual(await lost.list(), {
      decisions: [
        { generation: 1, index: 12, committed: true, decision: drained(false) },
        { generation: 1, index: 13, committed: false, decision: drained(true) },
      ],
      spans: [],
    })
  })

  it('is kept once, however often that is begun', async () => {
    for (let life = 0; life < 3; life++) await lost.keep(left(), { index: 10, term: 3 })
    assert.equal((await lost.list()).decisions.length, 2)
  })

  it('is kept beside what an older one yet had', async () => {
    await lost.keep(left(), { index: 10, term: 3 })
    const generation = { number: 4, id: 'a'.repeat(32) }
    const hardState = { term: 9, votedFor: null, commitIndex: 13, generation }
    await lost.keep(left({ hardState }), { index: 12, term: 4 })
    const { decisions } = await lost.list()
    assert.deepEqual(
      decisions.map(({ generation: number, index }) => [number, index]),
      [
        [1, 12],
        [1, 13],
        [4, 13],
      ],
    )
  })

  it('is kept as a snapshot where the log was cut off since', async () => {
    const snapshot: Snapshot = { index: 12, term: 4, configuration, data: new Uint8Array(2_500_000).fill(7) }
    await lost.keep(left({ entries: [entry(13, 4)], snapshot, base: { index: 12, term: 4 } }), {
      index: 10,
      term: 3,
    })
    const { decisions, spans } = await lost.list()
    assert.deepEqual(spans, [{ generation: 1, afterIndex: 10, upToIndex: 12 }])
    assert.equal(decisions.length, 1)
    const pieces: Uint8Array[] = []
    for await (const [, value] of store.records('generations').entries('snapshot/')) pieces.push(value)
    assert.deepEqual(Buffer.concat(pieces), Buffer.from(snapshot.data.subarray(0, snapshot.data.byteLength)))
  })

  it('is left where it is when it cannot be read, and the daemon goes on', async () => {
    await lost.keep(left(), { index: 10, term: 3 })
    await store.close()
    const level = new Level<string, Uint8Array>(join(scratch.path, 'store'), { valueEncoding: 'view' })
    for await (const [key, value] of level.iterator({ gte: 'records/generations/', lt: 'records/h' })) {
      value[10] = (value[10] as number) ^ 1
      await level.put(key, value, { sync: true })
    }
    await level.close()
    store = await openStore({ dataDir: scratch.path, logger: silentLogger })
    const { list } = createLostDecisions(store.records('generations'))
    const said: string[] = []
    const admissions = createAdmissions(
      {
        decisions: {
          view: createDecisions().view,
          decide: () => assert.fail(),
          onBatch: () => assert.fail(),
        },
        clock: createHandClock(),
        logger: { ...silentLogger, error: (_, message) => said.push(message) },
      },
      list,
    )
    admissions.repeat()
    await eventually('it was said', () => said[0])
    assert.deepEqual(said, ['what an older generation had cannot be read, and is not repeated'])
    await assert.rejects(list(), { code: 'storeCorrupt' })
  })
})
