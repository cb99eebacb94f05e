import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Store } from '../../../../node/ports/storage.ts'
import { createRandom } from '../../../../node/simulation/random.ts'
import { createSimulatedDisk, openSimulatedStore } from '../../../../node/simulation/store/index.ts'
import { openStore } from '../../../../node/storage/index.ts'
import { isCoterieError } from '../../../../protocols/errors/index.ts'
import { scratchDir } from '../../../support/scratch.ts'
import { silentLogger } from '../../../support/silent-logger.ts'

const INDEX_MAX = 8

/** A compaction to a snapshot whose content says its index. */
const compacted = (index: number, base: number, lastIndex: number) => ({
  snapshot: {
    index,
    term: 1,
    configuration: { voters: ['12D3KooWAAAAAAAAAAAAAAAAAAAA'], votersOutgoing: [], learners: [] },
    data: Uint8Array.of(index),
  },
  base: { index: base, term: 1 },
  lastIndex,
})

const Index = fc.integer({ min: 1, max: INDEX_MAX })
const Change = fc.record({
  hardState: fc.option(
    fc.record(
      {
        term: fc.integer({ min: 0, max: 3 }),
        votedFor: fc.constant(null),
        commitIndex: fc.integer({ min: 0, max: INDEX_MAX }),
      },
      { noNullPrototype: true },
    ),
  ),
  entries: fc
    .tuple(Index, fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 3 }))
    .map(([first, count, term]) =>
      Array.from({ length: count }, (_, at) => ({
        index: first + at,
        term,
        kind: 'decision' as const,
        data: Uint8Array.of(first, at),
      })),
    ),
  compaction: fc.option(
    // What a committed log amounts to at an index is the same each time.
    fc.tuple(Index, Index, Index).map(([index, base, lastIndex]) => compacted(index, base, lastIndex)),
    { freq: 6 },
  ),
})

const Key = fc.constantFrom('a', 'b', 'b/c', 'ü')
const Step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant('persist' as const), change: Change }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('write' as const),
      name: fc.constantFrom('one', 'two'),
      changes: fc.array(fc.record({ key: Key, value: fc.option(fc.uint8Array({ maxLength: 3 })) }), {
        maxLength: 3,
      }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('reopen' as const) }) },
)

const persisting = <Written>(change: Written) => ({ type: 'persist' as const, change })
/** A log that goes back to an older base, and then on from where it ended before. */
const GONE_BACK = [
  persisting({ hardState: null, entries: [], compaction: compacted(1, 2, 1) }),
  persisting({ hardState: null, entries: [], compaction: compacted(1, 1, 2) }),
  persisting({
    hardState: null,
    entries: [{ index: 3, term: 1, kind: 'decision' as const, data: Uint8Array.of(3, 0) }],
    compaction: null,
  }),
]

/** What came of it: a value, or the code of an error. */
const outcomeOf = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    return await promise
  } catch (error) {
    if (isCoterieError(error)) return error.code
    throw error
  }
}

const contentOf = async (store: Store) => {
  const records: unknown[] = []
  for (const name of ['one', 'two'])
    for await (const [key, value] of store.records(name).entries()) records.push([name, key, value])
  return { consensus: await outcomeOf(store.consensus.load()), records }
}

describe('a simulated store and the real one', () => {
  it('hold the same and refuse the same, whatever is written', async function () {
    this.timeout(60_000)
    await fc.assert(
      fc.asyncProperty(fc.array(Step, { maxLength: 20 }), async (steps) => {
        const scratch = await scratchDir()
        const disk = createSimulatedDisk({
          after: (_, task) => setImmediate(task),
          random: createRandom(1),
        })
        const openBoth = async (): Promise<readonly [Store, Store]> => [
          await openStore({ dataDir: scratch.path, logger: silentLogger }),
          openSimulatedStore(disk),
        ]
        let stores = await openBoth()
        const both = async (act: (store: Store) => Promise<unknown>): Promise<void> => {
          const [real, simulated] = await Promise.all(stores.map((store) => outcomeOf(act(store))))
          assert.deepEqual(simulated, real)
        }
        try {
          for (const step of steps) {
            if (step.type === 'persist') await both((store) => store.consensus.persist(step.change))
            else if (step.type === 'write')
              await both((store) => store.records(step.name).write(step.changes))
            else {
              await both((store) => store.close())
              stores = await openBoth()
            }
            await both(contentOf)
          }
        } finally {
          await both((store) => store.close())
          await scratch.remove()
        }
      }),
      { numRuns: 50, examples: [[GONE_BACK]] },
    )
  })
})
