import assert from 'node:assert/strict'
import {
  type ConsensusState,
  createConsensus,
  DEFAULT_TIMINGS,
  founding,
} from '../../../protocols/consensus/index.ts'
import {
  A,
  append,
  B,
  C,
  configurationEntry,
  D,
  E,
  entry,
  FIVE,
  memberWith,
  noticesOf,
  receive,
  started,
  THREE,
  take,
} from './member.ts'

describe('what a reply rests on', () => {
  const request = { type: 'vote', term: 2, lastIndex: 1, lastTerm: 1, transfer: false } as const

  it('is a vote that is persisted in the step that sends it', () => {
    const { effects } = receive(started(memberWith(THREE, 1)), B, request)
    assert.deepEqual(effects.persist, {
      hardState: { term: 2, votedFor: B, commitIndex: 1 },
      entries: [],
      compaction: null,
    })
    assert.deepEqual(effects.send, [{ to: B, message: { type: 'voteReply', term: 2, granted: true } }])
  })

  it('is a vote that is persisted also when the term was known before', () => {
    const { effects } = receive(started(memberWith(THREE, 2)), B, request)
    assert.equal(effects.persist?.hardState?.votedFor, B)
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

describe('a candidate whose time is up', () => {
  const voteReply = (granted: boolean, term = 2) => ({ type: 'voteReply', term, granted }) as const
  const timer = (state: ConsensusState, nowMs: number) =>
    take(state, { type: 'timer', timer: 'election', token: state.tokens.election }, nowMs)
  /** A, which a majority of five told that it would vote for it. */
  const candidate = (): ConsensusState => {
    let { state } = timer(started(memberWith(FIVE, 1)), 2_000)
    for (const voter of [B, C])
      state = receive(state, voter, { type: 'preVoteReply', term: 2, granted: true }, 2_000).state
    assert.equal(state.role, 'candidate')
    return state
  }

  it('asks those again, in the same term, that have not answered', () => {
    const voted = receive(candidate(), B, voteReply(true), 2_001).state
    const { state, effects } = timer(voted, 4_000)
    assert.deepEqual([state.role, state.term, effects.persist], ['candidate', 2, null])
    const message = { type: 'vote', term: 2, lastIndex: 1, lastTerm: 1, transfer: false } as const
    assert.deepEqual(
      effects.send,
      [C, D, E].map((to) => ({ to, message })),
    )
    assert.deepEqual(
      effects.schedule.map(({ timer, afterMs }) => [timer, afterMs]),
      [['election', DEFAULT_TIMINGS.electionMs * 1.25]],
    )
    assert.equal(receive(state, C, voteReply(true), 6_000).state.role, 'leader')
  })

  it('begins again with a pre-vote where somebody refused: votes may be split', () => {
    const refused = receive(candidate(), B, voteReply(false), 2_001).state
    assert.deepEqual([refused.role, timer(refused, 4_000).state.role], ['candidate', 'preCandidate'])
  })

  it('leaves its term for a higher one at once', () => {
    const { state } = receive(candidate(), B, voteReply(false, 3), 2_001)
    assert.deepEqual([state.role, state.term], ['follower', 3])
  })

  it('does not keep others waiting: who is asked again answers the same, and its timer goes on', () => {
    const request = { type: 'vote', term: 2, lastIndex: 1, lastTerm: 1, transfer: false } as const
    const { state } = receive(started(memberWith(FIVE, 1)), B, request, 100)
    const again = receive(state, B, request, 500)
    assert.equal(again.state, state)
    assert.deepEqual([again.effects.persist, again.effects.schedule], [null, []])
    assert.deepEqual(again.effects.send, [{ to: B, message: voteReply(true) }])
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
    const heard = receive(member, B, append({}), 400)
    assert.deepEqual(heard.effects.schedule, [])
    const token = heard.state.tokens.election
    const fired = take(heard.state, { type: 'timer', timer: 'election', token }, 875)
    assert.equal(fired.state.role, 'follower')
    assert.deepEqual(fired.effects.schedule, [{ timer: 'election', afterMs: 400, token: token + 1 }])
  })
})

describe('a pre-vote that is refused by who has seen a later term', () => {
  const refused = (term: number) => ({ type: 'preVoteReply', term, granted: false }) as const
  const asking = (): ConsensusState => {
    const { state } = take(
      started(memberWith(THREE, 1)),
      { type: 'timer', timer: 'election', token: 1 },
      2_000,
    )
    assert.equal(state.role, 'preCandidate')
    return state
  }

  it('is asked again at once, for the term after that', () => {
    const { state, effects } = receive(asking(), B, refused(7), 2_001)
    assert.deepEqual([state.role, state.term, effects.persist?.hardState?.term], ['preCandidate', 7, 7])
    const message = { type: 'preVote', term: 8, lastIndex: 1, lastTerm: 1, transfer: false } as const
    assert.deepEqual(
      effects.send,
      [B, C].map((to) => ({ to, message })),
    )
  })

  it('is not asked again where the term is no later one: who refused has a reason that stays', () => {
    assert.deepEqual(receive(asking(), B, refused(1), 2_001).effects.send, [])
  })
})
