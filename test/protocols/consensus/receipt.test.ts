import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  completed,
  pieceAt,
  type Receipt,
  SNAPSHOT_BYTES_MAX,
  SNAPSHOT_PIECE_BYTES_MAX,
  SNAPSHOT_PIECE_BYTES_MIN,
  type Snapshot,
  takePiece,
} from '../../../protocols/consensus/index.ts'
import { THREE } from './member.ts'

const snapshotOf = (length: number, index = 7): Snapshot => ({
  index,
  term: 2,
  configuration: { voters: THREE, votersOutgoing: [], learners: [] },
  data: Uint8Array.from({ length }, (_, at) => at % 251),
})

describe('a snapshot in pieces', () => {
  it('is whole again once each piece came at its turn, however often and out of order the others came', () => {
    const length = fc.integer({ min: 0, max: 4 * SNAPSHOT_PIECE_BYTES_MAX })
    const disorder = fc.array(fc.nat(4 * SNAPSHOT_PIECE_BYTES_MAX), { maxLength: 12 })
    fc.assert(
      fc.property(length, disorder, (bytes, offsets) => {
        const snapshot = snapshotOf(bytes)
        let receipt: Receipt | null = null
        let whole: Snapshot | null = null
        for (const stray of [...offsets, ...offsets.map(() => null), null, null, null, null, null]) {
          const due: number = receipt?.received ?? 0
          const piece = pieceAt(snapshot, stray === null ? due : Math.min(stray, Math.max(0, bytes - 1)))
          receipt = takePiece(receipt, piece)
          assert.ok(receipt !== null)
          whole = completed(receipt, piece)
          if (whole !== null) break
        }
        assert.deepEqual(whole, snapshot)
      }),
      { numRuns: 30 },
    )
  })

  it('begins anew when a piece of another one comes', () => {
    const first = takePiece(null, pieceAt(snapshotOf(SNAPSHOT_PIECE_BYTES_MAX + 1), 0))
    assert.equal(first?.received, SNAPSHOT_PIECE_BYTES_MAX)
    assert.deepEqual(takePiece(first, pieceAt(snapshotOf(5, 8), 0))?.received, 5)
    assert.deepEqual(takePiece(first, pieceAt(snapshotOf(SNAPSHOT_PIECE_BYTES_MAX + 9, 8), 4))?.received, 0)
  })

  for (const [what, change] of [
    ['lies beyond the end', { offset: 90 }],
    ['brings nothing', { data: new Uint8Array() }],
    [
      'is smaller than any but the last',
      { data: new Uint8Array(SNAPSHOT_PIECE_BYTES_MIN - 1), bytes: SNAPSHOT_PIECE_BYTES_MIN },
    ],
    ['belongs to one that is too large', { bytes: SNAPSHOT_BYTES_MAX + 1 }],
  ] as const) {
    it(`takes no piece that ${what}`, () =>
      assert.equal(takePiece(null, { ...pieceAt(snapshotOf(100), 0), ...change }), null))
  }
})
