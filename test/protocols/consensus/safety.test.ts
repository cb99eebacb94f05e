import assert from 'node:assert/strict'
import {
  type ConsensusEvent,
  type ConsensusMessage,
  type ConsensusNotice,
  type ConsensusState,
  type ConsensusStep,
  configurationCodec,
  createConsensus,
  DEFAULT_TIMINGS,
  type EntryKind,
  founding,
  type LogEntry,
  step,
  viewConsensus,
} from '../../../protocols/consensus/index.ts'
import { nodeNamed } from './stage.ts'

const [A, B, C, D, E] = ['A', 'B', 'C', 'D', 'E'].map(nodeNamed) as [string, string, string, string, string]
const THREE = [A, B, C]
const FIVE = [A, B, C, D, E]

const entry = (index: number, term: number, kind: EntryKind = 'decision'): LogEntry => ({
  index,
  term,
  kind,
  data: new Uint8Array([term]),
})
const configurationEntry = (voters: readonly string[]): LogEntry => ({
  ...entry(1, 1, 'configuration'),
  data: configurationCodec.encode({ voters, votersOutgoing: [], learners: [] }),
})

/** A, in a mesh of `voters`, with decisions of these terms after the configuration. */
const memberWith = (voters: readonly string[], term: number, terms: readonly number[] = []): ConsensusState =>
  createConsensus({
    self: A,
    timings: DEFAULT_TIMINGS,
    hardState: { term, votedFor: null, commitIndex: 1 },
    entries: [configurationEntry(voters), ...terms.map((ofTerm, place) => entry(place + 2, ofTerm))],
  })

const take = (state: ConsensusState, event: ConsensusEvent, nowMs = 0): ConsensusStep =>
  step(state, event, { nowMs, random: () => 0.5 })

const receive = (state: ConsensusState, from: string, message: ConsensusMessage, nowMs = 0): ConsensusStep =>
  take(state, { type: 'received', from, message }, nowMs)

const started = (state: ConsensusState): ConsensusState => take(state, { type: 'started' }).state

/** Lets a started member win its election against all odds. */
const elected = (state: ConsensusState, voters: readonly string[]): ConsensusState => {
  const timer: ConsensusEvent = { type: 'timer', timer: 'election', token: state.tokens.election }
  let now = take(state, timer, 2_000).state
  for (const type of ['preVoteReply', 'voteReply'] as const) {
    const term = type === 'preVoteReply' ? now.term + 1 : now.term
    for (const voter of voters) now = receive(now, voter, { type, term, granted: true }, 2_000).state
  }
  assert.equal(now.role, 'leader')
  return now
}

const acknowledged = (state: ConsensusState, from: string, matchIndex: number, round = 0): ConsensusStep =>
  receive(state, from, { type: 'appendReply', term: state.term, accepted: true, matchIndex, round }, 2_000)

const noticesOf = <Type extends ConsensusNotice['type']>(
  { effects }: ConsensusStep,
  type: Type,
): readonly Extract<ConsensusNotice, { type: Type }>[] =>
  effects.notify.filter((notice): notice is Extract<ConsensusNotice, { type: Type }> => notice.type === type)

const append = (fields: Partial<Extract<ConsensusMessage, { type: 'append' }>>): ConsensusMessage => ({
  type: 'append',
  term: 2,
  prevIndex: 1,
  prevTerm: 1,
  entries: [],
  commitIndex: 1,
  round: 0,
  ...fields,
})

describe('commitment', () => {
  it('does not count an entry of an older term, though a majority holds it (Figure 8 of the paper)', () => {
    const leader = elected(started(memberWith(FIVE, 3, [2])), [B, C, D])
    assert.deepEqual([leader.term, leader.log.lastIndex], [4, 3])
    const withOld = acknowledged(acknowledged(leader, B, 2).state, C, 2).state
    assert.equal(withOld.commitIndex, 1)
    const withOwn = acknowledged(acknowledged(withOld, B, 3).state, C, 3)
    assert.equal(withOwn.state.commitIndex, 3)
    assert.deepEqual(
      noticesOf(withOwn, 'committed').map(({ entries }) => entries.map(({ index }) => index)),
      [[2, 3]],
    )
  })

  it('does not believe a peer that claims more than there is', () => {
    const leader = elected(started(memberWith(THREE, 1)), [B, C])
    assert.equal(acknowledged(leader, B, 99).state, leader)
  })
})

describe('what a reply rests on', () => {
  const request = { type: 'vote', term: 2, lastIndex: 1, lastTerm: 1, transfer: false } as const

  it('is a vote that is persisted in the step that sends it', () => {
    const { effects } = receive(started(memberWith(THREE, 1)), B, request)
    assert.deepEqual(effects.persist, {
      hardState: { term: 2, votedFor: B, commitIndex: 1 },
      entries: [],
    })
    assert.deepEqual(effects.send, [{ to: B, message: { type: 'voteReply', term: 2, granted: true } }])
  })

  it('binds for the term, also after a restart', () => {
    const { effects } = receive(started(memberWith(THREE, 1)), B, request)
    const hardState = effects.persist?.hardState ?? null
    const entries = [configurationEntry(THREE)]
    const again = started(createConsensus({ self: A, timings: DEFAULT_TIMINGS, hardState, entries }))
    assert.deepEqual(receive(again, C, request).effects.send, [
      { to: C, message: { type: 'voteReply', term: 2, granted: false } },
    ])
    assert.deepEqual(receive(again, B, request).effects.send, [
      { to: B, message: { type: 'voteReply', term: 2, granted: true } },
    ])
  })

  it('is an entry that is persisted in the step that acknowledges it', () => {
    const message = append({ entries: [entry(2, 2)] })
    const { effects } = receive(started(memberWith(THREE, 1)), B, message)
    assert.deepEqual(effects.persist?.entries, [entry(2, 2)])
    assert.deepEqual(effects.persist?.hardState, { term: 2, votedFor: null, commitIndex: 1 })
  })

  it('is for a single voter its own disk: what is committed is in the same step persisted', () => {
    const alone = createConsensus({ self: A, timings: DEFAULT_TIMINGS, ...founding(A) })
    const { state } = take(alone, { type: 'started' })
    const proposed = take(state, { type: 'propose', proposals: [{ proposalId: 7, data: new Uint8Array(1) }] })
    assert.deepEqual(
      proposed.effects.persist?.entries.map(({ index }) => index),
      noticesOf(proposed, 'committed').flatMap(({ entries }) => entries.map(({ index }) => index)),
    )
    assert.deepEqual(
      proposed.effects.notify.map(({ type }) => type),
      ['appended', 'committed'],
    )
  })
})

describe('who votes', () => {
  const request = { type: 'vote', term: 2, lastIndex: 1, lastTerm: 1, transfer: false } as const

  it('is not a machine without any entry', () => {
    const joiner = started(
      createConsensus({ self: D, timings: DEFAULT_TIMINGS, hardState: null, entries: [] }),
    )
    const { state, effects } = receive(joiner, B, request)
    assert.equal(state, joiner)
    assert.deepEqual(effects, { persist: null, send: [], schedule: [], notify: [] })
  })

  it('is a machine that does not know yet that it may', () => {
    const learner = started(
      createConsensus({
        self: D,
        timings: DEFAULT_TIMINGS,
        hardState: null,
        entries: [configurationEntry(THREE)],
      }),
    )
    assert.deepEqual(receive(learner, B, request).effects.send, [
      { to: B, message: { type: 'voteReply', term: 2, granted: true } },
    ])
  })

  it('is nobody who heard its leader lately, unless the leader itself wants it', () => {
    const follower = receive(started(memberWith(THREE, 1)), B, append({})).state
    const later = { ...request, term: 3 }
    assert.equal(receive(follower, C, later, DEFAULT_TIMINGS.electionMs - 1).state, follower)
    assert.equal(receive(follower, C, { ...later, transfer: true }, 1).state.votedFor, C)
    assert.equal(receive(follower, C, later, DEFAULT_TIMINGS.electionMs).state.votedFor, C)
  })

  it('refuses a candidate whose log is behind', () => {
    const ahead = started(memberWith(THREE, 2, [2]))
    const { state, effects } = receive(ahead, B, { ...request, term: 3, lastIndex: 9, lastTerm: 1 })
    assert.equal(state.votedFor, null)
    assert.deepEqual(effects.send, [{ to: B, message: { type: 'voteReply', term: 3, granted: false } }])
  })
})

describe('timers', () => {
  it('are ignored when their token is not the newest', () => {
    const member = started(memberWith(THREE, 1))
    const stale = member.tokens.election - 1
    assert.equal(take(member, { type: 'timer', timer: 'election', token: stale }, 9_000).state, member)
  })

  it('are not set again by a heartbeat; the election timer waits for the rest when it fires', () => {
    const member = started(memberWith(THREE, 1))
    const heard = receive(member, B, append({}), 500)
    assert.deepEqual(heard.effects.schedule, [])
    const token = heard.state.tokens.election
    const fired = take(heard.state, { type: 'timer', timer: 'election', token }, 1_050)
    assert.equal(fired.state.role, 'follower')
    assert.deepEqual(fired.effects.schedule, [{ timer: 'election', afterMs: 500, token: token + 1 }])
  })
})

describe('hostile or confused messages', () => {
  const member = started(memberWith(THREE, 2, [2, 2]))
  const committed = receive(member, B, append({ prevIndex: 3, prevTerm: 2, commitIndex: 3 })).state
  for (const [what, message] of [
    ['an append that replaces what is committed', append({ entries: [entry(2, 1)] })],
    ['an append after a committed entry that is another', append({ term: 3, prevIndex: 2, prevTerm: 1 })],
    ['an append with a gap', append({ prevIndex: 3, prevTerm: 2, entries: [entry(5, 2)] })],
    ['an entry of a term that has not begun', append({ prevIndex: 3, prevTerm: 2, entries: [entry(4, 9)] })],
    ['terms that fall', append({ prevIndex: 3, prevTerm: 2, entries: [entry(4, 1)] })],
    [
      'a configuration that cannot be read',
      append({ prevIndex: 3, prevTerm: 2, entries: [entry(4, 2, 'configuration')] }),
    ],
    ['a vote that nobody asked for', { type: 'voteReply', term: 2, granted: true }],
    [
      'an acknowledgement to a follower',
      { type: 'appendReply', term: 2, accepted: true, matchIndex: 3, round: 0 },
    ],
    ['a succession that is not the leader’s to give', { type: 'timeoutNow', term: 2 }],
  ] as const satisfies readonly (readonly [string, ConsensusMessage])[]) {
    it(`change nothing: ${what}`, () => {
      const { state, effects } = receive(committed, C, message)
      assert.equal(state, committed)
      assert.deepEqual(effects, { persist: null, send: [], schedule: [], notify: [] })
    })
  }

  it('of an older term are answered with the present one, so that their sender gives up', () => {
    const { state, effects } = receive(committed, C, append({ term: 1 }))
    assert.equal(state, committed)
    assert.deepEqual(
      effects.send.map(({ message }) => message.term),
      [2],
    )
  })
})

describe('what is followed', () => {
  const follow = (state: ConsensusState, entries: readonly LogEntry[]): ConsensusStep =>
    take(state, { type: 'followed', entries, commitIndex: entries.at(-1)?.index ?? 0 })

  it('replaces a suffix that was not committed, and is stored', () => {
    const followed = follow(started(memberWith(THREE, 2, [2, 2])), [entry(2, 3), entry(3, 3)])
    assert.deepEqual(followed.effects.persist, {
      hardState: { term: 3, votedFor: null, commitIndex: 3 },
      entries: [entry(2, 3), entry(3, 3)],
    })
    assert.deepEqual([followed.state.log.lastIndex, followed.state.commitIndex], [3, 3])
  })

  it('keeps what is already there, also beyond it, and stores no entry again', () => {
    const followed = follow(started(memberWith(THREE, 2, [2, 2])), [entry(2, 2)])
    assert.equal(followed.state.log.lastIndex, 3)
    assert.equal(followed.state.commitIndex, 2)
    assert.equal(followed.effects.persist, null)
  })

  it('never touches what is committed, and never hangs in the air', () => {
    const { state } = follow(started(memberWith(THREE, 2, [2, 2])), [entry(2, 2)])
    assert.equal(follow(state, [entry(2, 3), entry(3, 3)]).state, state)
    assert.equal(follow(state, [entry(4, 3)]).state, state)
  })
})

describe('a read', () => {
  const read = (state: ConsensusState): ConsensusStep => take(state, { type: 'read', readId: 5 }, 2_000)

  it('needs a round that began after it; an acknowledgement of an earlier one proves nothing', () => {
    const elect = elected(started(memberWith(THREE, 1)), [B, C])
    const leader = acknowledged(elect, B, 2).state
    const asked = read(leader)
    const round = asked.effects.send.map(({ message }) => message.type === 'append' && message.round)
    assert.deepEqual(round, [1, 1])
    assert.deepEqual(noticesOf(acknowledged(asked.state, C, 2, 0), 'readReady'), [])
    assert.deepEqual(noticesOf(acknowledged(asked.state, C, 2, 1), 'readReady'), [
      { type: 'readReady', readId: 5, index: 2 },
    ])
  })

  it('waits until an entry of this term is committed', () => {
    const leader = elected(started(memberWith(THREE, 1, [1])), [B, C])
    const asked = read(leader)
    assert.deepEqual(noticesOf(asked, 'readReady'), [])
    const committed = acknowledged(asked.state, B, 3, 0)
    const proven = acknowledged(committed.state, B, 3, 1)
    assert.deepEqual(noticesOf(proven, 'readReady'), [{ type: 'readReady', readId: 5, index: 3 }])
  })
})

describe('view', () => {
  it('tells what services ask, and of the peers only while leading', () => {
    const leader = acknowledged(elected(started(memberWith(THREE, 1)), [B, C]), B, 2).state
    const { role, leader: self, commitIndex, changingVoters, peers } = viewConsensus(leader)
    assert.deepEqual([role, self, commitIndex, changingVoters], ['leader', A, 2, false])
    assert.deepEqual(
      peers.map(({ peer, matchIndex }) => [peer, matchIndex]),
      [
        [B, 2],
        [C, 0],
      ],
    )
    assert.deepEqual(viewConsensus(started(memberWith(THREE, 1))).peers, [])
  })
})
