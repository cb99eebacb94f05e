import assert from 'node:assert/strict'
import { encode } from 'cborg'
import fc from 'fast-check'
import {
  APPEND_BYTES_MAX,
  type ConsensusMessage,
  consensusMessageCodec,
  ENTRIES_PER_APPEND_MAX,
  ENTRY_BYTES_MAX,
  followBatchCodec,
  type LogEntry,
  SNAPSHOT_BYTES_MAX,
  SNAPSHOT_PIECE_BYTES_MAX,
} from '../../../protocols/consensus/index.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import { FRAME_BYTES_MAX } from '../../../protocols/wire/index.ts'
import { A, THREE } from './member.ts'

/** Records as the codec makes them, with the usual prototype. */
const record = <Fields>(fields: { [Key in keyof Fields]: fc.Arbitrary<Fields[Key]> }): fc.Arbitrary<Fields> =>
  fc.record(fields, { noNullPrototype: true })

const count = fc.nat(2 ** 31 - 1)
const entry: fc.Arbitrary<LogEntry> = record({
  index: fc.integer({ min: 1, max: 1_000_000 }),
  term: count,
  kind: fc.constantFrom('noop', 'configuration', 'decision'),
  data: fc.uint8Array({ maxLength: 40 }),
})
const message: fc.Arbitrary<ConsensusMessage> = fc.oneof(
  record({
    type: fc.constantFrom('preVote' as const, 'vote' as const),
    term: count,
    lastIndex: count,
    lastTerm: count,
    transfer: fc.boolean(),
  }),
  record({
    type: fc.constantFrom('preVoteReply' as const, 'voteReply' as const),
    term: count,
    granted: fc.boolean(),
  }),
  record({
    type: fc.constant('append' as const),
    term: count,
    prevIndex: count,
    prevTerm: count,
    entries: fc.array(entry, { maxLength: 4 }),
    commitIndex: count,
    round: count,
  }),
  record({
    type: fc.constant('appendReply' as const),
    term: count,
    accepted: fc.boolean(),
    matchIndex: count,
    round: count,
  }),
  record({
    type: fc.constant('snapshotPiece' as const),
    term: count,
    piece: record({
      index: fc.integer({ min: 1, max: 1_000_000 }),
      term: count,
      configuration: fc.constant({ voters: THREE, votersOutgoing: [], learners: [A] }),
      offset: fc.nat(SNAPSHOT_BYTES_MAX),
      bytes: fc.nat(SNAPSHOT_BYTES_MAX),
      data: fc.uint8Array({ maxLength: 40 }),
    }),
  }),
  record({
    type: fc.constant('snapshotReply' as const),
    term: count,
    index: count,
    offset: fc.nat(SNAPSHOT_BYTES_MAX),
  }),
  record({ type: fc.constant('timeoutNow' as const), term: count }),
)

const isMalformed = (error: unknown): boolean => isCoterieError(error, 'malformedMessage')

const appendOf = (entries: readonly LogEntry[]): ConsensusMessage => ({
  type: 'append',
  term: 1,
  prevIndex: 0,
  prevTerm: 0,
  entries,
  commitIndex: 0,
  round: 0,
})
const entriesOf = (length: number, bytes: number): readonly LogEntry[] =>
  Array.from({ length }, (_, position) => ({
    index: position + 1,
    term: 1,
    kind: 'decision',
    data: new Uint8Array(bytes),
  }))

describe('consensus messages', () => {
  it('read back as they were written', () => {
    fc.assert(
      fc.property(message, (sent) =>
        assert.deepEqual(consensusMessageCodec.decode(consensusMessageCodec.encode(sent)), sent),
      ),
    )
  })

  it('are read or refused by code, whatever happens to their bytes', () => {
    const change = record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }), cut: fc.nat(3) })
    fc.assert(
      fc.property(message, change, (sent, { at, to, cut }) => {
        const bytes = consensusMessageCodec.encode(sent)
        bytes[at % bytes.length] = to
        try {
          consensusMessageCodec.decode(bytes.subarray(0, bytes.length - cut))
        } catch (error) {
          assert.ok(isMalformed(error), String(error))
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('bring entries into the log without what a newer version added to them', () => {
    const [entry] = entriesOf(1, 3)
    const newer = { ...appendOf([]), entries: [{ ...entry, more: new Uint8Array(9) }] }
    const { entries } = consensusMessageCodec.decode(encode(newer)) as { entries: readonly LogEntry[] }
    assert.deepEqual(entries, [entry])
    const batch = encode({ entries: newer.entries, commitIndex: 1, leader: null })
    assert.deepEqual(followBatchCodec.decode(batch).entries, [entry])
  })

  it('fit into a frame at their largest', () => {
    const largest = entriesOf(ENTRIES_PER_APPEND_MAX, APPEND_BYTES_MAX / ENTRIES_PER_APPEND_MAX)
    const bytes = consensusMessageCodec.encode(appendOf(largest))
    assert.ok(bytes.byteLength < FRAME_BYTES_MAX)
    consensusMessageCodec.decode(bytes)
  })

  it('are refused with a piece that is too large', () => {
    const configuration = { voters: THREE, votersOutgoing: [], learners: [] }
    const data = new Uint8Array(SNAPSHOT_PIECE_BYTES_MAX + 1)
    const piece = { index: 1, term: 1, configuration, offset: 0, bytes: data.byteLength, data }
    const bytes = consensusMessageCodec.encode({ type: 'snapshotPiece', term: 1, piece })
    assert.throws(() => consensusMessageCodec.decode(bytes), isMalformed)
  })

  for (const [what, entries] of [
    ['too many entries', entriesOf(ENTRIES_PER_APPEND_MAX + 1, 0)],
    ['an entry that is too large', entriesOf(1, ENTRY_BYTES_MAX + 1)],
    ['too much data in all', entriesOf(9, ENTRY_BYTES_MAX)],
  ] as const) {
    it(`are refused with ${what}`, () => {
      const bytes = consensusMessageCodec.encode(appendOf(entries))
      assert.throws(() => consensusMessageCodec.decode(bytes), isMalformed)
    })
  }
})
