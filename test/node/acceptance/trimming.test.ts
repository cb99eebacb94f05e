import assert from 'node:assert/strict'
import { createTrimming } from '../../../node/acceptance/trimming.ts'
import { createDecisions, type Decision } from '../../../protocols/decisions/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import { createHandClock } from '../../support/hand-clock.ts'
import { silentLogger } from '../../support/silent-logger.ts'

const trimming = (letter: string): Decision => ({
  type: 'revisionsTrimmed',
  object: 'service/shop/web',
  revisions: [
    {
      revision: letter.repeat(64),
      written: {
        author: '12D3KooWAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
        hlc: { wallMs: 1, counter: 0 },
      },
    },
  ],
})

/** Trimming over a log that takes what it is given. */
const setUp = (many = 1) => {
  const clock = createHandClock()
  const proposed: Decision[] = []
  const state = { isSettled: true, left: Array.from({ length: many }, () => trimming('a')), refuses: false }
  const batches = new Set<() => void>()
  const service = createTrimming({
    leadership: { isSettled: () => state.isSettled, onChange: () => () => {} },
    intent: { trimmable: () => state.left },
    decisions: {
      view: createDecisions().view,
      decide: async (decision) => {
        proposed.push(decision)
        if (state.refuses) throw new CoterieError('decisionRefused', { reason: 'it is needed' })
        state.left = state.left.slice(1)
        return proposed.length
      },
      onBatch: (listener) => {
        batches.add(listener)
        return () => void batches.delete(listener)
      },
    },
    clock,
    logger: silentLogger,
  })
  const pass = async (ms: number) => {
    clock.pass(ms)
    await new Promise((resolve) => setImmediate(resolve))
  }
  const batch = () => {
    for (const listener of batches) listener()
  }
  return { service, state, proposed, pass, batch, batches }
}

describe('trimming', () => {
  it('proposes what is old, once for all that was accepted meanwhile', async () => {
    const { service, proposed, pass, batch } = setUp()
    await service.start()
    for (let time = 0; time < 5; time++) batch()
    await pass(100)
    assert.deepEqual(proposed, [])
    await pass(1_000)
    assert.deepEqual(proposed, [trimming('a')])
  })

  it('proposes so much at a time, and the rest with the next look', async () => {
    const { service, state, proposed, pass, batch } = setUp(100)
    await service.start()
    await pass(1_000)
    assert.ok(proposed.length > 1 && proposed.length < 100)
    while (state.left.length > 0) {
      batch()
      await pass(1_000)
    }
    assert.equal(proposed.length, 100)
  })

  it('looks again by itself, for a removal grows old without a word', async () => {
    const { service, state, proposed, pass } = setUp(0)
    await service.start()
    await pass(1_000)
    state.left = [trimming('b')]
    await pass(60_000)
    assert.deepEqual(proposed, [trimming('b')])
  })

  it('takes a refusal as it is, and goes on', async () => {
    const { service, state, proposed, pass, batch } = setUp()
    state.refuses = true
    await service.start()
    await pass(1_000)
    batch()
    await pass(1_000)
    assert.equal(proposed.length, 2)
  })

  it('proposes nothing where this node does not lead, and nothing after it stopped', async () => {
    const { service, state, proposed, pass, batch, batches } = setUp()
    state.isSettled = false
    await service.start()
    batch()
    await pass(120_000)
    state.isSettled = true
    batch()
    await service.stop()
    await pass(120_000)
    assert.deepEqual(proposed, [])
    assert.equal(batches.size, 0)
  })
})
