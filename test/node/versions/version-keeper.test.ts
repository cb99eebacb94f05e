import assert from 'node:assert/strict'
import { createVersionKeeper, SILENT_FOR_GOOD_MS } from '../../../node/versions/index.ts'
import { createDecisions, type Decision } from '../../../protocols/decisions/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import type { VersionRange } from '../../../protocols/versions/index.ts'
import { createHandClock } from '../../support/hand-clock.ts'
import { silentLogger } from '../../support/silent-logger.ts'

const [A, B, C] = ['A', 'B', 'C'].map((letter) => `12D3KooW${letter.repeat(44)}`) as [string, string, string]
const OLD: VersionRange = { least: 1, most: 1 }
const NEW: VersionRange = { least: 1, most: 2 }
const REVIEW_MS = 2_000

/** A leader of three members whose decisions are committed at once. */
const setUp = async () => {
  const { view, apply } = createDecisions()
  const clock = createHandClock()
  const told = new Map<string, VersionRange>()
  const silent = new Set<string>()
  const losses: Error[] = []
  const decided: Decision[] = []
  const transfers: string[] = []
  let look = () => {}
  let settled = true
  let halt: object | null = null
  let successors: string[] = []
  for (const [at, node] of [A, B, C].entries())
    apply(at + 1, { type: 'nodeAdmitted', node, name: 'n', addresses: [], atMs: 0 })
  const keeper = createVersionKeeper({
    leadership: { isSettled: () => settled, onChange: () => () => {} },
    decisions: {
      view,
      get halt() {
        return halt
      },
      decide: async (decision) => {
        const loss = losses.shift()
        if (loss !== undefined) throw loss
        decided.push(decision)
        apply(view.appliedIndex + 1, decision)
        return view.appliedIndex
      },
      onBatch: () => () => {},
    },
    members: {
      supportedBy: (node) => told.get(node) ?? null,
      silentMs: (node) => (silent.has(node) ? clock.nowMs() : 0),
      onChange: (listener) => {
        look = listener
        return () => {}
      },
    },
    consensus: { successors: () => successors, transfer: (to) => transfers.push(to) },
    clock,
    logger: silentLogger,
  })
  await keeper.start()
  return {
    view,
    clock,
    silent,
    decided,
    losses,
    transfers,
    keeper,
    tell: (ranges: Record<string, VersionRange>) => {
      for (const [node, range] of Object.entries(ranges)) told.set(node, range)
      look()
    },
    lead: (leads: boolean) => {
      settled = leads
    },
    halt: (...others: string[]) => {
      halt = { index: 4, kind: 'of a newer version' }
      settled = false
      successors = others
    },
  }
}

describe('the mesh version', () => {
  it('rises once the last member told that it supports it', async () => {
    const { tell, decided, view } = await setUp()
    tell({ [A]: NEW, [B]: OLD })
    tell({ [C]: NEW })
    assert.deepEqual(decided, [])
    tell({ [B]: NEW })
    assert.deepEqual(decided, [{ type: 'meshVersionRaised', version: 2, asOf: 3 }])
    assert.equal(view.meshVersion, 2)
    tell({})
    assert.equal(decided.length, 1)
  })

  it('waits for a member that told nothing yet', async () => {
    const { tell, decided } = await setUp()
    tell({ [A]: NEW, [B]: NEW })
    assert.deepEqual(decided, [])
  })

  it('waits no longer for a member that is silent for an hour, whatever it told before', async () => {
    for (const last of [{}, { [C]: OLD }]) {
      const { tell, silent, decided, clock } = await setUp()
      silent.add(C)
      tell({ [A]: NEW, [B]: NEW, ...last })
      clock.pass(SILENT_FOR_GOOD_MS - REVIEW_MS)
      assert.deepEqual(decided, [])
      clock.pass(2 * REVIEW_MS)
      assert.deepEqual(decided, [{ type: 'meshVersionRaised', version: 2, asOf: 3 }])
    }
  })

  it('is raised by a leader alone', async () => {
    const { tell, lead, decided } = await setUp()
    lead(false)
    tell({ [A]: NEW, [B]: NEW, [C]: NEW })
    assert.deepEqual(decided, [])
  })

  it('is proposed again when the proposal was lost', async () => {
    const { tell, losses, decided, clock } = await setUp()
    losses.push(new CoterieError('noQuorum', { waitedMs: 5_000 }))
    tell({ [A]: NEW, [B]: NEW, [C]: NEW })
    await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(decided, [])
    clock.pass(REVIEW_MS)
    assert.equal(decided.length, 1)
  })
})

describe('a leader that cannot read the log', () => {
  it('hands over, to one voter after the other', async () => {
    const { halt, transfers, clock } = await setUp()
    clock.pass(REVIEW_MS)
    assert.deepEqual(transfers, [])
    halt(B, C)
    for (let look = 0; look < 3; look++) clock.pass(REVIEW_MS)
    assert.deepEqual(transfers, [B, C, B])
  })

  it('waits where there is nobody to hand over to, and ends with its service', async () => {
    const { halt, transfers, clock, keeper } = await setUp()
    halt()
    clock.pass(REVIEW_MS)
    halt(B)
    await keeper.stop()
    clock.pass(REVIEW_MS)
    assert.deepEqual(transfers, [])
  })
})
