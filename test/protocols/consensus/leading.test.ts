import assert from 'node:assert/strict'
import {
  APPENDS,
  type ConsensusState,
  type ConsensusStep,
  viewConsensus,
} from '../../../protocols/consensus/index.ts'
import {
  A,
  acknowledged,
  B,
  C,
  D,
  elected,
  FIVE,
  memberWith,
  noticesOf,
  receive,
  started,
  THREE,
  take,
} from './member.ts'

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

describe('an append', () => {
  it('holds no more entries than a leader is told to put into one', () => {
    const member = { ...memberWith(THREE, 3, [2, 2]), appends: { ...APPENDS, entriesMax: 1 } }
    const leader = elected(started(member), [B, C])
    const refusal = { type: 'appendReply', term: 4, accepted: false, matchIndex: 1, round: 0 } as const
    const probing = receive(leader, B, refusal)
    const agreed = acknowledged(probing.state, B, 2)
    const told = [probing, agreed].map(({ effects }) =>
      effects.send.flatMap(({ to, message }) =>
        to === B && message.type === 'append' ? [message.entries.map(({ index }) => index)] : [],
      ),
    )
    assert.deepEqual(told, [[[2]], [[3], [4]]])
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
