import assert from 'node:assert/strict'
import {
  type Configuration,
  type ConsensusMessage,
  type ConsensusState,
  configurationCodec,
  createConsensus,
  DEFAULT_TIMINGS,
  type StoreStamp,
  viewConsensus,
} from '../../../protocols/consensus/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import { A, append, B, C, elected, entry, receive, started, take } from './member.ts'

const store = (name: string, boot = 1): StoreStamp => ({ id: name.padEnd(32, '0'), boot })
const named: Configuration = {
  voters: [A, B, C],
  stores: { [A]: store('a1').id, [B]: store('b1').id, [C]: store('c1').id },
  votersOutgoing: [],
  learners: [],
}
const first = { ...entry(1, 1, 'configuration'), data: configurationCodec.encode(named) }

/** A with that store, and a committed configuration that names the stores of all three. */
const memberOn = (stamp: StoreStamp | null): ConsensusState =>
  started(
    createConsensus({
      self: A,
      timings: DEFAULT_TIMINGS,
      store: stamp,
      hardState: { term: 1, votedFor: null, commitIndex: 1 },
      entries: [first],
    }),
  )

const request: ConsensusMessage = { type: 'vote', term: 2, lastIndex: 9, lastTerm: 1, transfer: false }
const granted = (type: 'preVoteReply' | 'voteReply', term: number, stamp?: StoreStamp): ConsensusMessage => ({
  type,
  term,
  granted: true,
  ...(stamp && { store: stamp }),
})

describe('a voter', () => {
  it('tells with each answer on which store it rests', () => {
    const { effects } = receive(memberOn(store('a1', 4)), B, request)
    assert.deepEqual(effects.send, [{ to: B, message: granted('voteReply', 2, store('a1', 4)) }])
    const refused = receive(memberOn(store('a1')), B, append({ prevIndex: 5 })).effects.send[0]?.message
    assert.deepEqual(refused?.type === 'appendReply' && refused.store, store('a1'))
  })

  for (const [what, stamp] of [
    ['another store than the one named', store('a2')],
    ['a store without a name, where one is named', null],
  ] as const) {
    it(`with ${what} grants nothing, and never campaigns`, () => {
      const observer = memberOn(stamp)
      assert.equal(viewConsensus(observer).isObserver, true)
      assert.equal(receive(observer, B, request).state, observer)
      assert.equal(receive(observer, B, { ...request, type: 'preVote' }).state, observer)
      const led = receive(observer, B, append({})).state
      assert.equal(receive(led, B, { type: 'timeoutNow', term: 2 }).state.role, 'follower')
    })
  }
})

describe('a candidate', () => {
  const timer = (state: ConsensusState, nowMs: number): ConsensusState =>
    take(state, { type: 'timer', timer: 'election', token: state.tokens.election }, nowMs).state
  /** A campaigns, and C answers from that store. */
  const candidate = (type: 'preVoteReply' | 'voteReply', stamp?: StoreStamp): ConsensusState => {
    let state = timer(memberOn(store('a1')), 2_000)
    if (type === 'voteReply') state = receive(state, B, granted('preVoteReply', 2, store('b1')), 2_000).state
    return receive(state, C, granted(type, 2, stamp), 2_000).state
  }

  it('counts the vote of the store that is named, and no other', () => {
    for (const stamp of [undefined, store('c2')]) {
      assert.equal(candidate('preVoteReply', stamp).role, 'preCandidate')
      assert.equal(candidate('voteReply', stamp).role, 'candidate')
    }
    assert.equal(candidate('preVoteReply', store('c1')).role, 'candidate')
    assert.equal(candidate('voteReply', store('c1')).role, 'leader')
  })

  it('that was granted a vote which does not count begins again: the same node may vote with the store that is named', () => {
    assert.equal(timer(candidate('voteReply', store('c2')), 4_000).role, 'preCandidate')
  })
})

describe('a leader', () => {
  /** A, which leads in a mesh whose stores are named; its no-op stands at 2. */
  const leader = (): ConsensusState => {
    let state = memberOn(store('a1'))
    const token = state.tokens.election
    state = take(state, { type: 'timer', timer: 'election', token }, 2_000).state
    state = receive(state, B, granted('preVoteReply', 2, store('b1')), 2_000).state
    state = receive(state, B, granted('voteReply', 2, store('b1')), 2_000).state
    assert.equal(state.role, 'leader')
    return state
  }
  const reply = (
    state: ConsensusState,
    from: NodeId,
    matchIndex: number,
    stamp: StoreStamp | undefined,
    nowMs = 2_000,
  ): ConsensusState => {
    const { term } = state
    const message = { type: 'appendReply', term, accepted: true, matchIndex, round: 0 } as const
    return receive(state, from, stamp === undefined ? message : { ...message, store: stamp }, nowMs).state
  }

  it('commits what the named stores hold, and counts no other', () => {
    for (const stamp of [undefined, store('c2')]) assert.equal(reply(leader(), C, 2, stamp).commitIndex, 1)
    assert.equal(reply(leader(), C, 2, store('c1')).commitIndex, 2)
  })

  it('does not take the word of another store for the one that still speaks, nor of its own earlier life', () => {
    const heard = reply(leader(), C, 0, store('c1', 3))
    assert.equal(reply(heard, C, 2, store('c2')), heard)
    assert.equal(reply(heard, C, 2, store('c1', 2)), heard)
    assert.equal(reply(heard, C, 2, store('c1', 4)).commitIndex, 2)
  })

  it('forgets what the store before acknowledged once another one speaks in its place', () => {
    const heard = reply(leader(), C, 1, store('c1'))
    const later = reply(heard, C, 0, store('c2'), 3_000)
    const peer = viewConsensus(later).peers.find(({ peer }) => peer === C)
    assert.equal(peer?.matchIndex, 0)
  })

  it('ends with nobody but strangers', () => {
    const heard = reply(leader(), C, 1, store('c2'), 2_600)
    const token = heard.tokens.heartbeat
    const after = take(heard, { type: 'timer', timer: 'heartbeat', token }, 2_800).state
    assert.equal(after.role, 'follower')
  })

  it('of a mesh whose stores have no names leads as ever', () => {
    const unnamed = {
      ...first,
      data: configurationCodec.encode({ voters: [A, B, C], votersOutgoing: [], learners: [] }),
    }
    const init = { self: A, timings: DEFAULT_TIMINGS, hardState: { term: 1, votedFor: null, commitIndex: 1 } }
    const state = elected(started(createConsensus({ ...init, entries: [unnamed] })), [B, C])
    assert.equal(reply(state, C, 2, undefined).commitIndex, 2)
  })
})
