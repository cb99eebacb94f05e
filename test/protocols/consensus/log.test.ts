import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { LogEntry } from '../../../protocols/consensus/index.ts'
import { boundedSlice, Log } from '../../../protocols/consensus/log.ts'

const entriesAt = (first: number, count: number, term: number, bytes = 1): readonly LogEntry[] =>
  Array.from({ length: count }, (_, position) => ({
    index: first + position,
    term,
    kind: 'decision',
    data: new Uint8Array(bytes),
  }))

/** Writes to a log: where, counted back from its end, how many entries, of which term. */
const writes = fc.array(
  fc.record({ back: fc.nat(6), count: fc.nat(5), term: fc.integer({ min: 1, max: 9 }) }),
)

describe('log', () => {
  it('holds what a plain array would, and no older log ever changes', () => {
    fc.assert(
      fc.property(writes, fc.array(fc.nat(100)), (steps, picks) => {
        const versions = [{ log: Log.of([]), model: [] as readonly LogEntry[] }]
        for (const [turn, { back, count, term }] of steps.entries()) {
          const from = versions[(picks[turn] ?? versions.length - 1) % versions.length]
          assert.ok(from !== undefined)
          const first = Math.max(0, from.model.length - back)
          const entries = entriesAt(first + 1, count, term)
          const model = count === 0 ? from.model : [...from.model.slice(0, first), ...entries]
          versions.push({ log: from.log.append(entries), model })
        }
        for (const { log, model } of versions) {
          assert.equal(log.lastIndex, model.length)
          assert.equal(log.lastTerm, model.at(-1)?.term ?? 0)
          assert.deepEqual(log.slice(0, log.lastIndex), model)
          assert.equal(log.at(model.length + 1), null)
          assert.equal(log.termAt(0), 0)
        }
      }),
    )
  })

  it('begins after its base, and knows the term there', () => {
    const log = Log.of(entriesAt(11, 3, 4), { index: 10, term: 3 })
    assert.deepEqual([log.lastIndex, log.termAt(10), log.termAt(9), log.termAt(11)], [13, 3, null, 4])
    assert.deepEqual(log.slice(1, 11), log.slice(11, 11))
    assert.equal(Log.of([], { index: 10, term: 3 }).lastTerm, 3)
  })

  it('throws on a gap, which no caller may make', () => {
    assert.throws(() => Log.of(entriesAt(2, 1, 1)), RangeError)
    assert.throws(() => Log.of([...entriesAt(1, 1, 1), ...entriesAt(3, 1, 1)]), RangeError)
  })

  it('gives bounded pieces, with at least one entry', () => {
    const log = Log.of(entriesAt(1, 10, 1, 100))
    const count = (entriesMax: number, bytesMax: number): number =>
      boundedSlice(log, 3, 10, { entriesMax, bytesMax }).length
    assert.deepEqual(
      [count(5, 10_000), count(5, 250), count(5, 300), count(5, 1), count(100, 10_000)],
      [5, 2, 3, 1, 8],
    )
  })
})
