import assert from 'node:assert/strict'
import {
  type ConsensusMessage,
  type ConsensusState,
  type ConsensusStep,
  type LogEntry,
  TERM_JUMP_MAX,
} from '../../../protocols/consensus/index.ts'
import { append, B, C, elected, entry, memberWith, receive, started, THREE, take } from './member.ts'

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
    ['an append of a term that nobody can have reached', append({ term: 2 + TERM_JUMP_MAX + 1 })],
    [
      'a request for a vote in the last of all terms',
      { type: 'vote', term: 2 ** 48, lastIndex: 9, lastTerm: 9, transfer: true },
    ],
    ['a reply from there', { type: 'appendReply', term: 2 ** 48, accepted: false, matchIndex: 0, round: 0 }],
  ] as const satisfies readonly (readonly [string, ConsensusMessage])[]) {
    it(`change nothing: ${what}`, () => {
      const { state, effects } = receive(committed, C, message)
      assert.equal(state, committed)
      assert.deepEqual(effects, { persist: null, send: [], schedule: [], notify: [] })
    })
  }

  it('of a term as late as may be are believed', () =>
    assert.equal(receive(committed, C, append({ term: 2 + TERM_JUMP_MAX })).state.term, 2 + TERM_JUMP_MAX))

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
      compaction: null,
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

  it('teaches a leader nothing about its own term, but ends it when a later one committed', () => {
    const leader = elected(started(memberWith(THREE, 1)), [B, C])
    assert.equal(follow(leader, [entry(2, leader.term, 'noop')]).state, leader)
    const { state } = follow(leader, [entry(2, leader.term + 1)])
    assert.deepEqual([state.role, state.term, state.commitIndex], ['follower', leader.term + 1, 2])
  })

  it('does not end a campaign, unless a later term has begun', () => {
    const member = started(memberWith(THREE, 2, [2, 2]))
    const timer = { type: 'timer', timer: 'election', token: member.tokens.election } as const
    const candidate = take(member, timer, 2_000).state
    const { state } = follow(candidate, [entry(2, 2), entry(3, 2), entry(4, 2)])
    assert.deepEqual([state.role, state.commitIndex], ['preCandidate', 4])
    assert.equal(follow(candidate, [entry(2, 3)]).state.role, 'follower')
  })
})
