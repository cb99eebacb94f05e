import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { fromString } from 'uint8arrays'
import { createBucketIndex } from '../../crdt/bucket-index.ts'
import { keptAndHeld } from '../../crdt/kept-and-held.ts'
import type { AcceptedObject } from '../../protocols/decisions/index.ts'
import { atOnce } from '../../protocols/wire/index.ts'

const idOf = (number: number): string => createHash('sha256').update(String(number)).digest('hex')

const objectOf = (number: number, more: Partial<AcceptedObject> = {}): [string, AcceptedObject] => {
  const head = idOf(number)
  const nothing = { conflicts: [], past: [], trimmed: [], removed: false, hlc: { wallMs: 1, counter: 0 } }
  const object = `service/shop/web-${number}`
  return [object, { object, head, history: [head], ...nothing, ...more }]
}

const compare = (objects: Iterable<[string, AcceptedObject]>, held: Iterable<number>) => {
  const index = createBucketIndex()
  for (const number of held) index.set(idOf(number), fromString(idOf(number), 'base16'))
  const { unkept, missing } = atOnce(keptAndHeld(new Map(objects), index))
  return { unkept: [...unkept].sort(), missing: [...missing].sort() }
}

const idsOf = (numbers: Iterable<number>): string[] => Array.from(numbers, idOf).sort()

describe('revisions that decisions keep and revisions that are held', () => {
  it('are told apart, whichever they are', () => {
    const some = fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { maxLength: 200 })
    fc.assert(
      fc.property(some, some, (kept, held) => {
        const objects = kept.map((number) => objectOf(number))
        assert.deepEqual(compare(objects, held), {
          unkept: idsOf(held.filter((number) => !kept.includes(number))),
          missing: idsOf(kept.filter((number) => !held.includes(number))),
        })
      }),
      { numRuns: 50 },
    )
  })

  it('are kept as heads, as conflicts and as what was', () => {
    const object = objectOf(1, { history: idsOf([1, 2]), conflicts: [idOf(3)], past: [idOf(4)] })
    assert.deepEqual(compare([object], [1, 2, 3, 4]), { unkept: [], missing: [] })
    assert.deepEqual(compare([object], [2, 5]), { unkept: [idOf(5)], missing: idsOf([1, 3, 4]) })
  })
})
