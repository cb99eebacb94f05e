import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  createRegister,
  createRegisterSet,
  differingBuckets,
  parseRegister,
  REGISTER_VALUE_BYTES_MAX,
  type Register,
  type RegisterContent,
  registerClaim,
  registerName,
} from '../../crdt/index.ts'
import { type Author, newAuthor } from './authors.ts'

describe('registers', () => {
  let author: Author
  before(() => {
    author = newAuthor()
  })

  const content = (fields: Partial<RegisterContent> = {}): RegisterContent => ({
    node: author.node,
    key: 'task/shop.web.0.7',
    epoch: 1,
    sequence: 1,
    value: Uint8Array.of(1),
    ...fields,
  })
  const register = (fields: Partial<RegisterContent> = {}) => createRegister(content(fields), author.sign)

  it('are read as they were written, and their signature holds', async () => {
    const written = await register()
    assert.deepEqual(parseRegister(written.bytes), written)
    assert.equal(await author.verify(registerClaim(written)), true)
  })

  it('are their writer’s alone', async () => {
    const forged = await createRegister(content({ node: newAuthor().node }), author.sign)
    assert.equal(await author.verify(registerClaim(forged)), false)
  })

  const refused: readonly (readonly [string, Partial<RegisterContent>])[] = [
    ['about another node', { key: 'node/12D3KooWAAAAAAAAAAAAAAAAAAAA' }],
    ['with a key that is none', { key: 'task' }],
    ['of epoch 0', { epoch: 0 }],
    ['with a value over its size', { value: new Uint8Array(REGISTER_VALUE_BYTES_MAX + 1) }],
  ]
  for (const [what, fields] of refused) {
    it(`${what} are refused`, () => assert.rejects(register(fields), { code: 'registerInvalid' }))
  }

  it('with the greatest value they may have are taken', async () => {
    const value = new Uint8Array(REGISTER_VALUE_BYTES_MAX)
    assert.equal(
      (await register({ value, key: `task/${'a'.repeat(200)}` })).value.byteLength,
      value.byteLength,
    )
  })

  it('that are garbage are refused', () => {
    for (const bytes of [Uint8Array.of(), Uint8Array.of(0xff), new Uint8Array(60_000)]) {
      assert.throws(() => parseRegister(bytes), { code: 'registerInvalid' })
    }
  })

  it('merge to the same, in any order and any number of times', async () => {
    const pool: Register[] = []
    for (const key of ['task/a', 'task/b', 'node/x'].map((name) => name.replace('x', author.node))) {
      for (const epoch of [1, 2]) {
        for (const sequence of [1, 2, 10]) {
          // Two values under one (epoch, sequence): what a copied directory makes.
          for (const byte of [1, 2])
            pool.push(await register({ key, epoch, sequence, value: Uint8Array.of(byte) }))
        }
      }
    }
    const merged = (registers: readonly Register[]) => {
      const set = createRegisterSet(author.hash)
      for (const each of registers) set.merge(each)
      return set
    }
    const some = fc.array(fc.constantFrom(...pool), { maxLength: 30 })
    fc.assert(
      fc.property(some, some, (first, second) => {
        const one = merged([...first, ...second])
        const two = merged([...second.toReversed(), ...first, ...second])
        assert.deepEqual(one.index.digests(), two.index.digests())
        assert.deepEqual(
          [...one.entries('')].map(registerName).sort(),
          [...two.entries('')].map(registerName).sort(),
        )
        for (const { epoch, sequence, ...name } of one.entries('')) {
          const all = [...first, ...second].filter(({ key }) => key === name.key)
          const greatest = all.toSorted((a, b) => b.epoch - a.epoch || b.sequence - a.sequence)[0]
          assert.deepEqual([epoch, sequence], [greatest?.epoch, greatest?.sequence])
        }
      }),
    )
  })

  it('that were forgotten leave no trace in the digests', async () => {
    const [kept, gone] = [await register({ key: 'task/kept' }), await register({ key: 'task/gone' })]
    const [set, plain] = [createRegisterSet(author.hash), createRegisterSet(author.hash)]
    for (const each of [kept, gone]) set.merge(each)
    plain.merge(kept)
    set.forget(gone)
    assert.deepEqual(set.index.digests(), plain.index.digests())
    assert.equal(set.index.size, 1)
    assert.equal(set.get(registerName(gone)), null)
  })

  it('of one owner are bounded in number; what stands may still be succeeded, and others have their own room', async () => {
    const set = createRegisterSet(author.hash, { ofNodeMax: 2 })
    const [a, b, c] = [
      await register({ key: 'task/a' }),
      await register({ key: 'task/b' }),
      await register({ key: 'task/c' }),
    ]
    const other = newAuthor()
    const elsewhere = await createRegister(content({ node: other.node }), other.sign)
    assert.deepEqual([a, b, c, elsewhere, await register({ key: 'task/b', sequence: 2 })].map(set.merge), [
      true,
      true,
      false,
      true,
      true,
    ])
    set.forget(a)
    set.forget(a)
    assert.deepEqual([set.merge(c), set.merge(a)], [true, false])
  })

  it('cost their digests one step each, however many there are', async () => {
    let hashed = 0
    const set = createRegisterSet((bytes) => {
      hashed++
      return author.hash(bytes)
    })
    const bare = (at: number, sequence: number): Register => ({
      ...content({ key: `task/${at}`, sequence }),
      bytes: new TextEncoder().encode(`${at} ${sequence}`),
    })
    const count = 100_000
    for (let at = 0; at < count; at++) set.merge(bare(at, 1))
    const before = set.index.digests()
    hashed = 0
    assert.equal(set.merge(bare(7, 2)), true)
    assert.equal(set.merge(bare(7, 2)), false)
    assert.equal(hashed, 1)
    assert.equal(differingBuckets(before, set.index.digests()).length, 1)
    set.forget(bare(7, 2))
    set.merge(bare(7, 1))
    assert.deepEqual(set.index.digests(), before)
  })
})
