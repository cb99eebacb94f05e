import assert from 'node:assert/strict'
import {
  APPENDS_IN_FLIGHT_MAX,
  BYTES_IN_FLIGHT_MAX,
  type ConsensusMessage,
  type ConsensusState,
  type ConsensusStep,
  ENTRY_BYTES_MAX,
  SNAPSHOT_BYTES_IN_FLIGHT_MAX,
} from '../../../protocols/consensus/index.ts'
import { acknowledged, B, C, elected, memberWith, receive, started, THREE, take } from './member.ts'

const DECISIONS = 400

const toB = ({ effects }: ConsensusStep): ConsensusMessage[] =>
  effects.send.flatMap(({ to, message }) => (to === B ? [message] : []))

/** The leader after many large decisions that C acknowledges, one by one, and all that it sent to B meanwhile. */
const decideMuch = (leader: ConsensusState) => {
  const data = new Uint8Array(ENTRY_BYTES_MAX)
  const sent: ConsensusMessage[] = []
  let state = leader
  for (let number = 0; number < DECISIONS; number++) {
    const proposed = take(state, { type: 'propose', proposals: [{ proposalId: number, data }] }, 2_000)
    const committed = acknowledged(proposed.state, C, proposed.state.log.lastIndex)
    sent.push(...toB(proposed), ...toB(committed))
    state = committed.state
  }
  return { state, sent }
}

describe('a peer that never answers', () => {
  const leader = elected(started(memberWith(THREE, 1)), [C])
  const { state, sent } = decideMuch(leader)

  it('is sent a window of the log, and nothing after it, while the others go on', () => {
    assert.equal(state.commitIndex, leader.log.lastIndex + DECISIONS)
    const appends = sent.flatMap((message) =>
      message.type === 'append' && message.entries.length > 0 ? [message.entries] : [],
    )
    const bytes = appends.flat().reduce((sum, { data }) => sum + data.byteLength, 0)
    assert.ok(appends.length <= APPENDS_IN_FLIGHT_MAX)
    assert.ok(bytes <= BYTES_IN_FLIGHT_MAX + ENTRY_BYTES_MAX)
  })

  it('holds up no snapshot: the log is cut off all the same', () => {
    const data = new Uint8Array(10)
    const cut = take(state, { type: 'compact', index: state.commitIndex, data, keepEntries: 0 }, 2_000)
    assert.equal(cut.state.log.base.index, state.commitIndex)
  })

  it('that stops in the middle of a snapshot is sent a window of it, and nothing after it', () => {
    const data = new Uint8Array(5 * SNAPSHOT_BYTES_IN_FLIGHT_MAX)
    const begun = take(state, { type: 'compact', index: state.commitIndex, data, keepEntries: 0 }, 2_000)
    const { term } = begun.state
    const { index } = begun.state.snapshot ?? assert.fail()
    const offset = SNAPSHOT_BYTES_IN_FLIGHT_MAX / 4
    const half = receive(begun.state, B, { type: 'snapshotReply', term, index, offset }, 2_000)
    const { sent: later } = decideMuch(half.state)
    const pieces = [...toB(begun), ...toB(half), ...later].flatMap((message) =>
      message.type === 'snapshotPiece' ? [message.piece] : [],
    )
    const bytes = pieces.reduce((sum, piece) => sum + piece.data.byteLength, 0)
    assert.equal(bytes, offset + SNAPSHOT_BYTES_IN_FLIGHT_MAX)
    // Each is a part of the one snapshot that the leader holds.
    assert.ok(pieces.every((piece) => piece.data.buffer === data.buffer))
  })
})
