import assert from 'node:assert/strict'
import { decode, encode } from 'cborg'
import { concat } from 'uint8arrays'
import {
  acceptanceOf,
  createRevision,
  parseRevision,
  type RevisionContent,
  revisionClaim,
} from '../../crdt/index.ts'
import { type Author, contentOf, newAuthor, spec, write } from './authors.ts'

describe('a revision', () => {
  let author: Author
  before(() => {
    author = newAuthor()
  })

  it('is read as it was written, and its signature holds', async () => {
    const revision = await write(author, 'web', { ifHead: null })
    const read = parseRevision(revision.bytes, author.hash)
    assert.deepEqual(read, revision)
    assert.equal(await author.verify(revisionClaim(read)), true)
  })

  it('has the same id for the same words, and another one for others', async () => {
    const ids = [
      await write(author, 'web'),
      await write(author, 'web'),
      await write(author, 'web', { via: 'api' }),
    ]
    assert.equal(ids[0]?.id, ids[1]?.id)
    assert.notEqual(ids[0]?.id, ids[2]?.id)
  })

  it('is of its author: with other words or as another the signature does not hold', async () => {
    const revision = await write(author, 'web')
    const forge = (change: (content: RevisionContent) => RevisionContent) => {
      const { content, signature } = decode(revision.bytes)
      return parseRevision(encode({ content: encode(change(decode(content))), signature }), author.hash)
    }
    const forged = [
      forge((content) => ({ ...content, via: 'api' })),
      forge((content) => ({ ...content, author: newAuthor().node })),
      // A node id that is no key.
      forge((content) => ({ ...content, author: '1'.repeat(52) })),
    ]
    for (const each of forged) assert.equal(await author.verify(revisionClaim(each)), false)
  })

  const refused: readonly (readonly [string, Partial<RevisionContent>, string])[] = [
    ['a spec of another object', { body: { type: 'spec', spec: spec('db') } }, 'revisionInvalid'],
    ['a malformed object', { object: 'Service/../etc' }, 'revisionInvalid'],
    ['a door that is no word', { via: 'c l i' }, 'revisionInvalid'],
    ['more parents than it can have', { parents: Array(9).fill('a'.repeat(64)) }, 'revisionInvalid'],
    ['a counter over its bound', { hlc: { wallMs: 1, counter: 0x10000 } }, 'revisionInvalid'],
    ['a head that is no id', { ifHead: 'abc' }, 'revisionInvalid'],
  ]
  for (const [what, fields, code] of refused) {
    it(`with ${what} is refused before it is signed`, async () => {
      const sign = () => assert.fail('it was signed')
      await assert.rejects(createRevision(contentOf(author, 'web', fields), { ...author, sign }), { code })
    })
  }

  it('over its size is refused', async () => {
    const environment = { A: 'x'.repeat(32_000), B: 'x'.repeat(32_000), C: 'x'.repeat(2_000) }
    const body = { type: 'spec' as const, spec: { ...spec('web'), environment } }
    await assert.rejects(write(author, 'web', { body }), { code: 'revisionTooLarge' })
    assert.throws(() => parseRevision(new Uint8Array(70_000), author.hash), { code: 'revisionTooLarge' })
  })

  it('that is none is refused', () => {
    const { hash } = author
    const signature = new Uint8Array(64)
    const none = [
      [],
      {},
      { content: encode({}), signature },
      { content: Uint8Array.of(0xff), signature },
      { content: '', signature },
    ]
    for (const value of none)
      assert.throws(() => parseRevision(encode(value), hash), { code: 'revisionInvalid' })
    for (const bytes of [Uint8Array.of(), Uint8Array.of(0xff), new Uint8Array(1000)]) {
      assert.throws(() => parseRevision(bytes, hash), { code: 'revisionInvalid' })
    }
  })

  it('has one form: the same words in other bytes are refused', async () => {
    const { content, signature } = decode((await write(author, 'web')).bytes)
    const bytes = encode({ content, signature })
    assert.equal(parseRevision(bytes, author.hash).object, 'service/shop/web')
    const more = encode({ content, signature, more: 1 })
    assert.throws(() => parseRevision(more, author.hash), { code: 'revisionInvalid' })
    // `content` after `signature`: a map of two in the other order.
    const [head, first, second] = [
      bytes.slice(0, 1),
      encode({ content }).slice(1),
      encode({ signature }).slice(1),
    ]
    const swapped = concat([head, second, first])
    assert.equal(swapped.byteLength, bytes.byteLength)
    assert.throws(() => parseRevision(swapped, author.hash), { code: 'revisionInvalid' })
  })

  it('is accepted by a decision that carries what it insists on', async () => {
    const plain = acceptanceOf(await write(author, 'web'))
    assert.equal(plain.removed, false)
    assert.equal('ifHead' in plain, false)
    const removal = await write(author, 'web', {
      body: { type: 'removal' },
      parents: [plain.revision],
      ifHead: plain.revision,
    })
    assert.deepEqual(acceptanceOf(removal), {
      type: 'revisionAccepted',
      revision: removal.id,
      object: 'service/shop/web',
      parents: [plain.revision],
      hlc: { wallMs: 1000, counter: 0 },
      removed: true,
      ifHead: plain.revision,
    })
  })
})
