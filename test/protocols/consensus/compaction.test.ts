import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  type ConsensusMessage,
  type ConsensusNotice,
  type ConsensusState,
  createConsensus,
  DEFAULT_TIMINGS,
  isSnapshotUnderWay,
  pieceAt,
  placeAt,
  type Snapshot,
} from '../../../protocols/consensus/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import {
  A,
  append,
  B,
  C,
  configurationEntry,
  entry,
  memberWith,
  noticesOf,
  receive,
  started,
  THREE,
  take,
} from './member.ts'
import { Stage } from './stage.ts'

const configuration = { voters: THREE, votersOutgoing: [], learners: [] }
const snapshotAt = (index: number, term: number): Snapshot => ({
  index,
  term,
  configuration,
  data: new Uint8Array(3),
})
const pieceOf = (index: number, term: number, leaderTerm = 2, offset = 0): ConsensusMessage => ({
  type: 'snapshotPiece',
  term: leaderTerm,
  piece: { ...pieceAt(snapshotAt(index, term), 0), offset },
})

/** A, which knows that its four entries are committed. */
const member = (): ConsensusState =>
  receive(started(memberWith(THREE, 2, [1, 2, 2])), B, append({ prevIndex: 4, prevTerm: 2, commitIndex: 4 }))
    .state

describe('a place in the log', () => {
  const changed = { voters: [A, B], votersOutgoing: [], learners: [] }
  const entries = [{ ...configurationEntry([A, B]), index: 5, term: 2 }, entry(6, 2)]
  const machine = () =>
    receive(member(), B, append({ prevIndex: 4, prevTerm: 2, entries, commitIndex: 5 })).state

  it('tells its term, and who votes there', () => {
    assert.deepEqual(placeAt(machine(), 2), { index: 2, term: 1, configuration })
    assert.deepEqual(placeAt(machine(), 5), { index: 5, term: 2, configuration: changed })
  })

  it('is unknown where it is not committed, or the log begins after it', () => {
    assert.equal(placeAt(machine(), 6), null)
    const { state } = take(member(), { type: 'compact', index: 4, data: new Uint8Array(), keepEntries: 0 })
    assert.deepEqual(placeAt(state, 4), { index: 4, term: 2, configuration })
    assert.equal(placeAt(state, 3), null)
  })
})

describe('a machine that compacts its log', () => {
  it('stores the snapshot and what is left of the log in one write, and tells nobody', () => {
    const data = new Uint8Array(5)
    const { state, effects } = take(member(), { type: 'compact', index: 3, data, keepEntries: 1 })
    assert.deepEqual(effects, {
      persist: {
        hardState: { term: 2, votedFor: null, commitIndex: 4 },
        entries: [],
        compaction: {
          snapshot: { index: 3, term: 2, configuration, data },
          base: { index: 2, term: 1 },
          lastIndex: 4,
        },
      },
      send: [],
      schedule: [],
      notify: [],
    })
    assert.deepEqual([state.log.base.index, state.log.lastIndex], [2, 4])
  })

  it('does not for what is not committed, nor twice', () => {
    const before = started(memberWith(THREE, 2, [1, 2, 2]))
    assert.equal(
      take(before, { type: 'compact', index: 2, data: new Uint8Array(), keepEntries: 0 }).state,
      before,
    )
    const once = take(member(), { type: 'compact', index: 3, data: new Uint8Array(), keepEntries: 0 }).state
    assert.equal(
      take(once, { type: 'compact', index: 3, data: new Uint8Array(), keepEntries: 0 }).state,
      once,
    )
  })

  it('agrees still to an append that begins before what is left', () => {
    const { state } = take(member(), { type: 'compact', index: 4, data: new Uint8Array(), keepEntries: 0 })
    const entries = [entry(3, 2), entry(4, 2), entry(5, 2)]
    const { effects } = receive(state, B, append({ prevIndex: 2, prevTerm: 1, entries, commitIndex: 4 }))
    assert.deepEqual(effects.persist?.entries, [entry(5, 2)])
    assert.deepEqual(effects.send[0]?.message, {
      type: 'appendReply',
      term: 2,
      accepted: true,
      matchIndex: 5,
      round: 0,
    })
  })
})

describe('a machine that installs a snapshot', () => {
  it('keeps what follows it in its own log where that agrees', () => {
    const behind = started(memberWith(THREE, 2, [1, 2, 2]))
    const { state, effects } = receive(behind, B, pieceOf(3, 2))
    assert.deepEqual([state.log.base.index, state.log.lastIndex, state.commitIndex], [3, 4, 3])
    assert.equal(effects.persist?.compaction?.lastIndex, 4)
    assert.deepEqual(noticesOf({ state, effects }, 'committed'), [])
  })

  it('discards its log where that differs', () => {
    const { state, effects } = receive(started(memberWith(THREE, 2, [1, 1, 1])), B, pieceOf(3, 2))
    assert.deepEqual([state.log.base.index, state.log.lastIndex, state.commitIndex], [3, 3, 3])
    assert.equal(effects.persist?.compaction?.lastIndex, 3)
  })

  it('is a leader only for one of a later term, as with what is followed', () => {
    const behind = started(memberWith(THREE, 2, [2]))
    const { state } = take(behind, { type: 'followedSnapshot', snapshot: snapshotAt(9, 5) })
    assert.deepEqual([state.term, state.commitIndex, state.log.lastTerm], [5, 9, 5])
  })

  for (const [what, message] of [
    ['of a term that has not begun', pieceOf(9, 3)],
    ['that lies beyond its end', pieceOf(9, 2, 2, 9)],
  ] as const satisfies readonly (readonly [string, ConsensusMessage])[]) {
    it(`takes no piece ${what}`, () => {
      const before = member()
      assert.equal(receive(before, B, message).state, before)
    })
  }

  it('answers a piece of an older term with its own, so that the sender gives up', () => {
    const before = member()
    const { state, effects } = receive(before, C, pieceOf(9, 1, 1))
    assert.equal(state, before)
    assert.deepEqual(effects.send[0]?.message, {
      type: 'appendReply',
      term: 2,
      accepted: false,
      matchIndex: 4,
      round: 0,
    })
  })

  it('forgets the pieces of a leader that another one follows', () => {
    const large = { ...snapshotAt(9, 2), data: new Uint8Array(300_000) }
    const message = { type: 'snapshotPiece', term: 2, piece: pieceAt(large, 0) } as const
    const half = receive(member(), B, message).state
    assert.equal(isSnapshotUnderWay(half, 0), true)
    assert.equal(isSnapshotUnderWay(receive(half, B, append({ prevIndex: 4, prevTerm: 2 })).state, 0), true)
    assert.equal(isSnapshotUnderWay(receive(half, C, append({ term: 3 })).state, 0), false)
  })
})

describe('a stored log with a snapshot', () => {
  const init = { self: A, timings: DEFAULT_TIMINGS, snapshot: snapshotAt(5, 2) }
  const hardState = { term: 2, votedFor: null, commitIndex: 5 }

  it('gives the snapshot at the start, then what was committed after it', () => {
    const entries = [entry(5, 2), entry(6, 2), entry(7, 2)]
    const stored = {
      ...init,
      hardState: { ...hardState, commitIndex: 6 },
      base: { index: 4, term: 2 },
      entries,
    }
    const { effects } = take(createConsensus(stored), { type: 'started' })
    assert.deepEqual(effects.notify, [
      { type: 'snapshotInstalled', index: 5, data: init.snapshot.data },
      { type: 'committed', entries: [entry(6, 2)], commitIndex: 6 },
    ])
  })

  for (const [what, stored] of [
    [
      'the log begins after it',
      { base: { index: 6, term: 2 }, entries: [], hardState: { ...hardState, commitIndex: 6 } },
    ],
    ['the log ends before it', { base: { index: 3, term: 2 }, entries: [], hardState }],
    [
      'it is not committed',
      { base: { index: 5, term: 2 }, entries: [], hardState: { ...hardState, commitIndex: 4 } },
    ],
    [
      'the log begins elsewhere',
      { base: { index: 5, term: 2 }, entries: [configurationEntry(THREE)], hardState },
    ],
  ] as const) {
    it(`is refused where ${what}`, () =>
      assert.throws(() => createConsensus({ ...init, ...stored }), RangeError))
  }
})

/** What a node was told: by entries, and by snapshots that hold just that. */
const follow = (told: readonly string[], notice: ConsensusNotice): readonly string[] => {
  if (notice.type === 'snapshotInstalled') return JSON.parse(new TextDecoder().decode(notice.data))
  if (notice.type !== 'committed') return told
  assert.equal(notice.entries[0]?.index, told.length + 1, 'without a gap')
  return [...told, ...notice.entries.map(({ index, term, data }) => `${index}/${term} ${data}`)]
}

describe('logs cut off at any time, on machines that fall behind and crash at any time', () => {
  const action = fc.record({
    verb: fc.constantFrom('propose', 'compact', 'cut', 'heal', 'crash', 'restart', 'pass', 'deliver'),
    node: fc.constantFrom(...THREE),
    number: fc.nat(900),
  })

  it('amount to the same everywhere', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const told = new Map<NodeId, readonly string[]>(THREE.map((node) => [node, []]))
        const stage = new Stage({
          onNotice: (node, notice) => void told.set(node, follow(told.get(node) ?? [], notice)),
        })
        const hardState = { term: 1, votedFor: null, commitIndex: 1 }
        for (const node of THREE) stage.enter(node, { hardState, entries: [configurationEntry(THREE)] })
        stage.pass(2_000)
        const verbs = {
          propose: (node: NodeId, number: number) =>
            stage.give(node, {
              type: 'propose',
              proposals: [{ proposalId: 1, data: new Uint8Array([number % 256]) }],
            }),
          compact: (node: NodeId, number: number) => {
            const state = told.get(node) ?? []
            const data = new TextEncoder().encode(JSON.stringify(state))
            stage.give(node, { type: 'compact', index: state.length, data, keepEntries: number % 3 })
          },
          cut: (node: NodeId) => stage.cut(node),
          heal: (node: NodeId) => stage.heal(node),
          crash: (node: NodeId) => stage.crash(node),
          restart: (node: NodeId) => stage.restart(node),
          pass: (_: NodeId, number: number) => stage.pass(number),
          deliver: () => stage.deliver(),
        }
        for (const { verb, node, number } of actions) {
          if (stage.isUp(node) === (verb === 'restart')) continue
          if (verb === 'restart') told.set(node, [])
          verbs[verb](node, number)
        }
        for (const node of THREE) {
          stage.heal(node)
          if (!stage.isUp(node)) {
            told.set(node, [])
            stage.restart(node)
          }
        }
        stage.pass(10_000)
        const [first = [], ...others] = THREE.map((node) => told.get(node) ?? [])
        assert.ok(first.length > 1)
        for (const other of others) assert.deepEqual(other, first)
      }),
      { numRuns: 300 },
    )
  })
})
