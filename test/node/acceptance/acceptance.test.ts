import assert from 'node:assert/strict'
import {
  CONFLICTS_MAX,
  HLC_AHEAD_MAX_MS,
  pendingRevisions,
  type Revision,
  refusedRevisions,
} from '../../../crdt/index.ts'
import { createAcceptance } from '../../../node/acceptance/index.ts'
import { createDecisions, type Decision } from '../../../protocols/decisions/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import { newAuthor, write } from '../../crdt/authors.ts'
import { createHandClock } from '../../support/hand-clock.ts'
import { silentLogger } from '../../support/silent-logger.ts'

const NOW_MS = 1_000_000

/** Acceptance over a log in memory that commits at once, unless it is told to fail. */
const setUp = () => {
  const clock = createHandClock(NOW_MS)
  const { view, apply } = createDecisions()
  const revisions = new Map<string, Revision>()
  const proposed: Extract<Decision, { type: 'revisionAccepted' }>[] = []
  const listeners = { leadership: new Set<() => void>(), intent: new Set<() => void>() }
  const subscribe = (kind: keyof typeof listeners) => (listener: () => void) => {
    listeners[kind].add(listener)
    return () => void listeners[kind].delete(listener)
  }
  const tell = (kind: keyof typeof listeners) => {
    for (const listener of listeners[kind]) listener()
  }
  const state = { isSettled: true, refusal: null as CoterieError | null, answer: Promise.resolve() }
  const acceptance = createAcceptance({
    leadership: {
      isSettled: () => state.isSettled,
      onChange: subscribe('leadership'),
    },
    intent: {
      pending: (objects) =>
        pendingRevisions(
          { get: (id) => revisions.get(id) ?? null, revisions: () => revisions.values() },
          objects,
        ),
      refused: (objects) =>
        refusedRevisions(
          { get: (id) => revisions.get(id) ?? null, revisions: () => revisions.values() },
          objects,
        ),
      trimmable: () => [],
      onChange: subscribe('intent'),
    },
    decisions: {
      view,
      decide: async (decision) => {
        if (decision.type === 'revisionAccepted') proposed.push(decision)
        const { refusal, answer } = state
        await answer
        if (refusal !== null) throw refusal
        const index = view.appliedIndex + 1
        apply(index, decision)
        return index
      },
      onBatch: () => () => {},
    },
    clock,
    logger: silentLogger,
  })
  const settled = async () => {
    clock.pass(0)
    await new Promise((resolve) => setImmediate(resolve))
    clock.pass(0)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    acceptance,
    apply: (decision: Decision) => apply(view.appliedIndex + 1, decision),
    view,
    clock,
    proposed,
    names: () => proposed.map(({ object }) => object.split('/')[2]),
    take: async (...taken: Revision[]) => {
      for (const revision of taken) revisions.set(revision.id, revision)
      tell('intent')
      await settled()
    },
    lead: async (isSettled: boolean) => {
      state.isSettled = isSettled
      tell('leadership')
      await settled()
    },
    refuseWith: (refusal: CoterieError | null) => {
      state.refusal = refusal
    },
    /** Keeps the answers back until the returned function is called. */
    holdAnswers: () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      state.answer = promise
      return resolve
    },
    settled,
  }
}

const author = newAuthor()
const at = (wallMs: number) => ({ hlc: { wallMs, counter: 0 } })
const refused = new CoterieError('decisionRefused', { reason: 'the head moved' })

describe('acceptance', () => {
  it('proposes nothing before this node leads, then all that waits, oldest first, each once', async () => {
    const world = setUp()
    await world.lead(false)
    await world.acceptance.start()
    await world.take(await write(author, 'younger', at(20)), await write(author, 'older', at(10)))
    assert.deepEqual(world.names(), [])
    await world.lead(true)
    assert.deepEqual(world.names(), ['older', 'younger'])
    await world.take(await write(author, 'third', at(30)))
    assert.deepEqual(world.names(), ['older', 'younger', 'third'])
  })

  it('proposes nothing that an edge node wrote, also after that node left', async () => {
    const world = setUp()
    const edge = newAuthor()
    const admitted = {
      type: 'nodeAdmitted',
      node: edge.node,
      name: 'shed',
      addresses: [] as string[],
      atMs: 0,
    } as const
    world.apply({ ...admitted, role: 'edge' })
    await world.acceptance.start()
    await world.take(await write(edge, 'own', at(10)), await write(author, 'wanted', at(20)))
    assert.deepEqual(world.names(), ['wanted'])
    world.apply({ type: 'nodeRemoved', node: edge.node, atMs: 0 })
    await world.take(await write(author, 'third', at(30)))
    assert.deepEqual(world.names(), ['wanted', 'third'])
  })

  it('opens no more conflicts of an object than may be, until some are settled', async () => {
    const world = setUp()
    await world.acceptance.start()
    const head = await write(author, 'web', at(900))
    await world.take(head)
    const flood = await Promise.all(
      Array.from({ length: 3 * CONFLICTS_MAX }, (_, each) => write(author, 'web', at(each))),
    )
    await world.take(...flood)
    const open = () => world.view.objects.get(head.object)?.conflicts ?? []
    assert.ok(
      open().length >= CONFLICTS_MAX && open().length < 2 * CONFLICTS_MAX,
      `${open().length} are open`,
    )
    const before = open().length
    await world.take(
      await write(author, 'web', { ...at(950), parents: [head.id] }),
      await write(author, 'db', at(951)),
    )
    assert.deepEqual(world.names().slice(-2), ['web', 'db'], 'who saw the head, and others, are not held up')
    assert.equal(open().length, before)
    const now = world.view.objects.get(head.object)?.head as string
    for (let settled = 0; settled * 7 < CONFLICTS_MAX; settled++) {
      const parents = [now, ...open().slice(0, 7)]
      const body = { type: 'keep' as const }
      await world.take(await write(author, 'web', { ...at(960 + settled), parents, body, ifHead: now }))
    }
    await world.settled()
    assert.ok(
      world.proposed.length > 1 + before + 2 + Math.ceil(CONFLICTS_MAX / 7),
      'those that waited follow',
    )
  })

  it('sets a clock that ran ahead back to its own, and leaves the others', async () => {
    const world = setUp()
    await world.acceptance.start()
    await world.take(await write(author, 'ahead', at(NOW_MS + 60_000)), await write(author, 'behind', at(5)))
    assert.deepEqual(
      world.proposed.map(({ hlc }) => hlc.wallMs),
      [5, NOW_MS + HLC_AHEAD_MAX_MS],
    )
  })

  it('does not repeat what was refused while it leads, and asks once more when it leads anew', async () => {
    const world = setUp()
    await world.acceptance.start()
    world.refuseWith(refused)
    await world.take(await write(author, 'web'))
    await world.take()
    assert.deepEqual(world.names(), ['web'])
    world.refuseWith(null)
    await world.lead(false)
    await world.lead(true)
    assert.deepEqual(world.names(), ['web', 'web'])
  })

  it('asks again under its next leadership what was refused to a leader that was deposed meanwhile', async () => {
    const world = setUp()
    await world.acceptance.start()
    world.refuseWith(refused)
    const answer = world.holdAnswers()
    await world.take(await write(author, 'web'))
    world.refuseWith(null)
    await world.lead(false)
    await world.lead(true)
    answer()
    await world.settled()
    assert.deepEqual(world.names(), ['web', 'web'])
  })

  it('tries again by itself what found no majority', async () => {
    const world = setUp()
    await world.acceptance.start()
    world.refuseWith(new CoterieError('noQuorum', { waitedMs: 1 }))
    await world.take(await write(author, 'web'))
    world.refuseWith(null)
    world.clock.pass(60_000)
    await world.settled()
    assert.deepEqual(world.names(), ['web', 'web'])
  })

  it('proposes nothing after it stopped', async () => {
    const world = setUp()
    await world.acceptance.start()
    await world.acceptance.stop()
    await world.take(await write(author, 'web'))
    world.clock.pass(60_000)
    await world.settled()
    assert.deepEqual(world.names(), [])
  })
})
