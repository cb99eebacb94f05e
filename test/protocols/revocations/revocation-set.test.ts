import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  judge,
  type KnownOfLog,
  merge,
  RECORDS_PER_SIGNER_MAX,
  type Revocation,
  type RevocationSet,
  type Signer,
  withoutOver,
} from '../../../protocols/revocations/index.ts'

const UNTIL_MS = 1_000_000

const ROOT: Signer = { fingerprint: 'f0', node: null, sinceMs: 0, untilMs: UNTIL_MS }
/** Issuers by age, the eldest first. */
const [ELDER, MIDDLE, YOUNGER] = ['elder', 'middle', 'younger'].map(
  (node, at): Signer => ({ fingerprint: `f-${node}`, node, sinceMs: 10 * (at + 1), untilMs: UNTIL_MS }),
) as [Signer, Signer, Signer]

const record = (signer: Signer, node: string, atMs = 100): Revocation => ({
  id: `${signer.fingerprint}/${node}/${atMs}`,
  bytes: new Uint8Array(),
  statement: { node, name: node, reason: '', atMs },
  signer,
})

const NOTHING: KnownOfLog = {
  removedNodes: new Set(),
  revocations: new Set(),
  issuesSinceMs: () => null,
}

const setOf = (...records: readonly Revocation[]): RevocationSet => merge(new Map(), records)
const idsOf = (set: RevocationSet): string[] => [...set.keys()].sort()
const revokedBy = (records: readonly Revocation[], log = NOTHING): string[] =>
  [...judge(setOf(...records), log).keys()].sort()

const anyRecords = fc.array(
  fc
    .tuple(
      fc.constantFrom(ROOT, ELDER, MIDDLE, YOUNGER),
      fc.constantFrom('elder', 'middle', 'younger', 'laptop', 'phone'),
      fc.nat(5),
    )
    .map(([signer, node, atMs]) => record(signer, node, atMs)),
  { maxLength: 12 },
)

describe('revocations: a set that only grows', () => {
  it('merges to the same in any order, and however often', () => {
    fc.assert(
      fc.property(anyRecords, anyRecords, anyRecords, (a, b, c) => {
        const once = merge(merge(setOf(...a), b), c)
        assert.deepEqual(idsOf(merge(setOf(...c), merge(setOf(...b), a).values())), idsOf(once))
        assert.equal(merge(once, [...a, ...b, ...c]), once)
      }),
    )
  })

  it('keeps of one signer about one node the earlier word', () => {
    const set = setOf(record(ELDER, 'laptop', 7), record(ELDER, 'laptop', 3), record(ELDER, 'laptop', 9))
    assert.deepEqual(idsOf(set), ['f-elder/laptop/3'])
  })

  it('holds so many of each signer and no more, the same ones in any order', () => {
    const many = Array.from({ length: RECORDS_PER_SIGNER_MAX + 200 }, (_, at) =>
      record(YOUNGER, `node-${at}`, at),
    )
    const set = merge(setOf(record(ELDER, 'laptop')), many)
    assert.equal(set.size, RECORDS_PER_SIGNER_MAX + 1)
    assert(set.has('f-elder/laptop/100'))
    assert.deepEqual(idsOf(merge(setOf(...many.toReversed()), set.values())), idsOf(set))
  })

  it('forgets what was signed by a certificate that has ended', () => {
    const set = setOf(record({ ...ELDER, untilMs: 50 }, 'laptop'), record(MIDDLE, 'phone'))
    assert.deepEqual(idsOf(withoutOver(set, 50)), ['f-middle/phone/100'])
    assert.equal(withoutOver(set, 49), set)
  })
})

describe('revocations: which of them count', () => {
  it('those of the root and of issuers about anybody of a lower rank', () => {
    assert.deepEqual(revokedBy([record(ROOT, 'elder'), record(MIDDLE, 'laptop')]), ['elder', 'laptop'])
    assert.deepEqual(revokedBy([record(ELDER, 'younger'), record(YOUNGER, 'phone', 1)]), ['younger'])
  })

  it('none of a revoked issuer about its revoker, whatever time it writes and in whatever order they come', () => {
    const [first, back] = [record(ELDER, 'younger', 100), record(YOUNGER, 'elder', 1)]
    for (const records of [
      [first, back],
      [back, first],
    ])
      assert.deepEqual(revokedBy(records), ['younger'])
  })

  it('none of an issuer about an elder one, or about itself, also where the log alone knows the elder', () => {
    const log = { ...NOTHING, issuesSinceMs: (node: string) => (node === 'elder' ? 10 : null) }
    assert.deepEqual(revokedBy([record(MIDDLE, 'elder')], log), [])
    assert.deepEqual(revokedBy([record(MIDDLE, 'middle')]), [])
  })

  it('none of whom the log removed, or whose intermediate it revoked', () => {
    const records = [record(ELDER, 'laptop'), record(MIDDLE, 'phone')]
    assert.deepEqual(revokedBy(records, { ...NOTHING, removedNodes: new Set(['elder']) }), ['phone'])
    assert.deepEqual(revokedBy(records, { ...NOTHING, revocations: new Set(['f-middle']) }), ['laptop'])
  })

  it('an issuer keeps its age with another key', () => {
    const rotated = { ...ELDER, fingerprint: 'f-new', sinceMs: 500 }
    const records = [record(ELDER, 'phone'), record(rotated, 'younger'), record(YOUNGER, 'elder')]
    assert.deepEqual(revokedBy(records), ['phone', 'younger'])
  })

  it('the same for all who hold the same, and never both of two who revoke each other', () => {
    fc.assert(
      fc.property(anyRecords, (records) => {
        const revoked = revokedBy(records)
        assert.deepEqual(revokedBy(records.toReversed()), revoked)
        for (const { signer, statement } of judge(setOf(...records), NOTHING).values()) {
          assert(signer.node === null || !revoked.includes(signer.node))
          assert.notEqual(signer.node, statement.node)
        }
      }),
    )
  })
})
