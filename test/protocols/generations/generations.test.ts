import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import {
  fencingToken,
  GENERATION_NUMBER_MAX,
  type Generation,
  type GenerationRecord,
  generationMessage,
  generationOf,
  isChain,
  isNewer,
  isOnlyOlders,
  knowsMore,
  nextNumber,
  partingOf,
  plainRecord,
  rankOf,
} from '../../../protocols/generations/index.ts'

const NODE = '12D3KooWGzBkWmYQHh8ytmPGbSj1pnSyZ4GhVYNdBWBFFCTTCEDQ'
const hash = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest())

const record = (more: Partial<GenerationRecord> = {}): GenerationRecord => ({
  mesh: '0123456789abcdef',
  number: 2,
  parent: null,
  by: NODE,
  atMs: 1,
  from: { index: 10, term: 3 },
  survivors: [NODE],
  signature: new Uint8Array(64),
  ...more,
})

const following = (parent: GenerationRecord, more: Partial<GenerationRecord> = {}): GenerationRecord =>
  record({ number: parent.number + 1, parent: generationOf(parent, hash), ...more })

const generation = fc.option(
  fc.record({ number: fc.integer({ min: 2, max: 5 }), id: fc.constantFrom('a', 'b', 'c') }),
) as fc.Arbitrary<Generation | null>

describe('generations', () => {
  it('are ordered: of two, one wins, and no three run in a circle', () => {
    const key = (one: Generation | null) => JSON.stringify(one)
    fc.assert(
      fc.property(generation, generation, generation, (a, b, c) => {
        assert.equal(isNewer(a, b) !== isNewer(b, a), key(a) !== key(b))
        if (isNewer(a, b) && isNewer(b, c)) assert.ok(isNewer(a, c))
      }),
    )
  })

  it('begun at once at two members have two numbers', () => {
    const members = ['c', 'a', 'b'].map((node, at) => ({ node, admittedIndex: 10 - at }))
    const ranks = members.map(({ node }) => rankOf(members, node))
    assert.deepEqual(ranks, [2, 1, 0])
    const numbers = ranks.map((rank) => nextNumber(null, rank))
    assert.deepEqual(numbers, [4, 3, 2])
    assert.equal(nextNumber({ number: GENERATION_NUMBER_MAX, id: 'a' }, 0), null)
  })

  it('never bear one number, whatever came before them at either member', () => {
    const number = fc.option(fc.integer({ min: 2, max: 5_000 }))
    const rank = fc.nat({ max: 63 })
    fc.assert(
      fc.property(number, number, rank, rank, (before, otherBefore, one, other) => {
        const last = (known: number | null) => (known === null ? null : { number: known, id: 'a' })
        const [mine, theirs] = [nextNumber(last(before), one), nextNumber(last(otherBefore), other)]
        assert.ok(mine !== null && mine > (before ?? 1))
        if (one !== other) assert.notEqual(mine, theirs)
      }),
    )
  })

  it('have tokens above all of those before, which stay exact', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: GENERATION_NUMBER_MAX - 1 }),
        fc.nat({ max: 2 ** 40 - 1 }),
        fc.nat({ max: 2 ** 40 - 1 }),
        (number, index, other) => {
          const [before, next] = [fencingToken(number, index), fencingToken(number + 1, other)]
          assert.ok(next > before && Number.isSafeInteger(next))
        },
      ),
    )
    assert.equal(fencingToken(1, 17), 17)
  })

  it('follow each other in a chain, or prove nothing', () => {
    const [first, second] = [record(), following(record())]
    assert.ok(isChain([], hash))
    assert.ok(isChain([first, second, following(second, { number: 9 })], hash))
    const broken = [
      [second],
      [first, first],
      [first, following(first, { number: 2 })],
      [first, following(first, { mesh: 'ffffffffffffffff' })],
      [first, following(record({ atMs: 2 }))],
    ]
    for (const chain of broken) assert.equal(isChain(chain, hash), false)
  })

  it('are known by all that was signed, and by nothing else', () => {
    const base = record()
    const said = { ...base, more: 'of a newer version' }
    assert.deepEqual(generationMessage(said), generationMessage(base))
    assert.deepEqual(plainRecord(said), base)
    const changes: Partial<GenerationRecord>[] = [
      { number: 3 },
      { atMs: 2 },
      { from: { index: 11, term: 3 } },
      { survivors: [] },
      { parent: { number: 2, id: '0'.repeat(32) } },
    ]
    const ids = [base, ...changes.map(record)].map((each) => generationOf(each, hash).id)
    assert.equal(new Set(ids).size, ids.length)
  })
})

describe('what only an older log had', () => {
  const lostOf = (
    older: readonly GenerationRecord[],
    newer: readonly GenerationRecord[],
    entries: readonly { index: number; term: number }[],
  ) => {
    const parting = partingOf(older, newer, hash)
    return parting === null ? [] : entries.filter((entry) => isOnlyOlders(parting, entry))
  }
  const at = (index: number, term: number) => ({ index, term })

  it('stands after the place that the other went on from, or is of a later term', () => {
    const entries = [at(9, 3), at(10, 3), at(11, 3), at(10, 4), at(12, 5)]
    assert.deepEqual(lostOf([], [record()], entries), [at(11, 3), at(10, 4), at(12, 5)])
  })

  it('is counted from where one left its own generation, however many began since', () => {
    const [first] = [record()]
    const second = following(first, { from: at(20, 6) })
    assert.deepEqual(lostOf([], [first, second], [at(15, 3)]), [at(15, 3)])
    assert.deepEqual(lostOf([first], [first, second], [at(15, 5), at(21, 6)]), [at(21, 6)])
    assert.deepEqual(lostOf([first, second], [first, second], [at(99, 99)]), [])
  })

  it('of the generation that lost against a twin is all since its own beginning', () => {
    const [loser, winner] = [record({ number: 3, from: at(8, 3) }), record({ number: 4, from: at(10, 3) })]
    assert.deepEqual(lostOf([loser], [winner], [at(8, 3), at(9, 3), at(30, 9)]), [at(9, 3), at(30, 9)])
  })

  it('is looked for at the member that knows most: by term, then by index', () => {
    const log = (lastTerm: number, lastIndex: number) => ({ lastTerm, lastIndex })
    assert.ok(knowsMore(log(4, 1), log(3, 99)))
    assert.ok(knowsMore(log(3, 5), log(3, 4)))
    assert.equal(knowsMore(log(3, 4), log(3, 4)), false)
  })
})
