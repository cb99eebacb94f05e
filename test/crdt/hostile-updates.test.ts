import assert from 'node:assert/strict'
import fc from 'fast-check'
import * as Y from 'yjs'
import {
  type Catalogue,
  openCatalogue,
  type Revision,
  revisionClaim,
  UPDATE_BYTES_MAX,
} from '../../crdt/index.ts'
import { isCoterieError } from '../../protocols/errors/index.ts'
import { type Author, newAuthor, write } from './authors.ts'

describe('a hostile update of the catalogue', () => {
  let author: Author
  let here: Revision
  let other: Revision
  let catalogue: Catalogue
  let before_: { readonly ids: readonly string[]; readonly digests: Uint8Array }

  before(async () => {
    author = newAuthor()
    here = await write(author, 'web')
    other = await write(author, 'db')
  })
  beforeEach(() => {
    catalogue = openCatalogue({ clientId: 7, hash: author.hash })
    catalogue.add([here], 'own')
    before_ = { ids: catalogue.ids(), digests: catalogue.index.digests() }
  })

  const assertUnchanged = () => {
    assert.deepEqual(catalogue.ids(), before_.ids)
    assert.deepEqual(catalogue.index.digests(), before_.digests)
  }
  /** The update of a document to which `edit` was done; with what the catalogue has when `known`. */
  const updateOf = (
    edit: (document: Y.Doc, root: () => Y.Map<unknown>) => void,
    known = false,
  ): Uint8Array => {
    const document = new Y.Doc()
    if (known) Y.applyUpdate(document, honest([here], 7))
    const vector = Y.encodeStateVector(document)
    edit(document, () => document.getMap('revisions'))
    return Y.encodeStateAsUpdate(document, vector)
  }
  const honest = (revisions: readonly Revision[], clientID: number): Uint8Array => {
    const document = new Y.Doc()
    document.clientID = clientID
    document.transact(() => {
      for (const { id, bytes } of revisions) document.getMap('revisions').set(id, bytes)
    })
    return Y.encodeStateAsUpdate(document)
  }

  const cases: readonly (readonly [string, () => Uint8Array])[] = [
    ['with a key that is not the hash', () => updateOf((_, root) => root().set('0'.repeat(64), other.bytes))],
    [
      'with a value that is no revision',
      () => updateOf((_, root) => root().set(other.id, Uint8Array.of(1, 2, 3))),
    ],
    ['with text in place of bytes', () => updateOf((_, root) => root().set(other.id, 'text'))],
    ['with a nested map', () => updateOf((_, root) => root().set(other.id, new Y.Map([['a', 1]])))],
    ['with a document within', () => updateOf((_, root) => root().set(other.id, new Y.Doc()))],
    ['of another root', () => updateOf((document) => document.getMap('else').set(other.id, other.bytes))],
    ['of an array', () => updateOf((document) => document.getArray('revisions').push([other.bytes]))],
    ['of text', () => updateOf((document) => document.getText('revisions').insert(0, 'text'))],
    ['that deletes', () => updateOf((_, root) => root().delete(here.id), true)],
    ['that overwrites', () => updateOf((_, root) => root().set(here.id, other.bytes), true)],
    ['that says a key twice', () => Y.mergeUpdates([honest([other], 100), honest([other], 101)])],
    [
      'with a gap',
      () => {
        const whole = [other, here]
        const document = new Y.Doc()
        document.clientID = 100
        const parts: Uint8Array[] = []
        document.on('update', (update: Uint8Array) => parts.push(update))
        for (const { id, bytes } of [...whole, here]) document.getMap('revisions').set(id, bytes)
        return Y.mergeUpdates([parts[0] as Uint8Array, parts[2] as Uint8Array])
      },
    ],
    ['that says nothing', () => updateOf(() => {})],
    ['with nothing in it', () => Uint8Array.of()],
    ['of garbage', () => new Uint8Array(500).fill(0xa5)],
    ['of zeros', () => new Uint8Array(500)],
    ['over its size', () => new Uint8Array(UPDATE_BYTES_MAX + 1)],
    ['of the second format', () => Y.convertUpdateFormatV1ToV2(honest([other], 100))],
    [
      'that spoils one of two',
      () =>
        updateOf((_, root) => {
          root().set(other.id, other.bytes)
          root().set('0'.repeat(64), other.bytes)
        }),
    ],
  ]
  for (const [what, make] of cases) {
    it(`${what} is refused, and nothing changed`, () => {
      const update = make()
      assert.throws(
        () => catalogue.inspect(update),
        (error) => isCoterieError(error),
      )
      assertUnchanged()
    })
  }

  it('honest otherwise, is taken: the cases above are not refused for another reason', () => {
    catalogue.merge(catalogue.inspect(honest([other], 100)), 'peer')
    assert.deepEqual(catalogue.ids(), [here.id, other.id].sort())
  })

  it('that begins one client twice brings all that it says, and nothing waits', () => {
    // Two sections of one client, clocks 0 and 1: Yjs itself would keep the second alone, for ever pending.
    const [first, second] = [honest([other], 100), honest([other, here], 100)]
    catalogue = openCatalogue({ clientId: 8, hash: author.hash })
    const head = first.subarray(1, first.length - 1)
    const [tail] = [Y.diffUpdate(second, Y.encodeStateVectorFromUpdate(first))]
    const twice = Uint8Array.of(2, ...head, ...tail.subarray(1, tail.length - 1), 0)
    catalogue.merge(catalogue.inspect(twice), 'peer')
    assert.deepEqual(catalogue.ids(), [here.id, other.id].sort())
  })

  it('made of an honest one by any change of bytes, brings a true revision or is refused', async () => {
    const update = honest([other], 100)
    const mutation = fc.array(fc.tuple(fc.nat({ max: update.length - 1 }), fc.nat({ max: 255 })), {
      minLength: 1,
      maxLength: 4,
    })
    await fc.assert(
      fc.asyncProperty(mutation, fc.nat({ max: update.length }), async (changes, cut) => {
        const mutated = update.slice(0, cut % 7 === 0 ? cut : update.length)
        for (const [at, byte] of changes) if (at < mutated.length) mutated[at] = byte
        const fresh = openCatalogue({ clientId: 9, hash: author.hash })
        try {
          const inspected = fresh.inspect(mutated)
          const verified = await Promise.all(
            inspected.revisions.map((each) => author.verify(revisionClaim(each))),
          )
          if (!verified.every(Boolean)) return
          fresh.merge(inspected, 'peer')
          assert.deepEqual(fresh.ids(), [other.id])
        } catch (error) {
          assert.ok(isCoterieError(error), String(error))
          assert.deepEqual(fresh.ids(), [])
        }
      }),
      { numRuns: 3_000 },
    )
  })
})
