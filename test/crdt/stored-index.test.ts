import assert from 'node:assert/strict'
import {
  createRegister,
  createRegisterSet,
  openCatalogue,
  type Revision,
  registerName,
} from '../../crdt/index.ts'
import { buffersOf, indexRegisters, indexRevisions, type StoredIndex } from '../../crdt/stored-index.ts'
import { newAuthor, write } from './authors.ts'

/** As another thread gets it. */
const handedOver = (index: StoredIndex): StoredIndex => structuredClone(index, { transfer: buffersOf(index) })

describe('what another thread indexed of a store', () => {
  const author = newAuthor()

  it('makes the catalogue that its revisions would have made one by one', async () => {
    const revisions = await Promise.all(Array.from({ length: 200 }, (_, at) => write(author, `name-${at}`)))
    const stored = new Map(revisions.map(({ id, bytes }) => [id, bytes]))
    const open = () =>
      openCatalogue({ clientId: 1, hash: author.hash, stored: (id) => stored.get(id) ?? null })
    const [plain, indexed] = [open(), open()]
    const indexing = indexRevisions()
    indexing.take('clock', new Uint8Array(8))
    for (const { id, bytes } of revisions) {
      plain.restore(id, bytes)
      indexing.take(id, bytes)
    }
    indexed.restoreAll(handedOver(indexing.end()))
    assert.deepEqual(indexed.index.digests(), plain.index.digests())
    assert.deepEqual(indexed.ids(), plain.ids())
    assert.equal(indexed.bytes, plain.bytes)
    const [first, another] = [revisions[0] as Revision, await write(author, 'another')]
    assert.deepEqual(indexed.get(first.id)?.body, first.body)
    for (const each of [plain, indexed]) {
      each.remove([first.id], 'test')
      each.add([another], 'test')
    }
    assert.equal(indexed.has(first.id), false)
    assert.deepEqual(indexed.index.digests(), plain.index.digests())
  })

  it('makes the register set that its registers would have made, each counted with its owner', async () => {
    const [other, value] = [newAuthor(), new Uint8Array(20)]
    const register = (by: typeof author, key: string) =>
      createRegister({ node: by.node, key, epoch: 1, sequence: 1, value }, by.sign)
    const registers = [
      await register(author, 'task/a'),
      await register(author, 'task/b'),
      await register(other, 'task/a'),
    ]
    const stored = new Map(registers.map((each) => [registerName(each), each.bytes]))
    const open = () =>
      createRegisterSet(author.hash, { ofNodeMax: 2, stored: (name) => stored.get(name) ?? null })
    const [plain, indexed] = [open(), open()]
    const indexing = indexRegisters(author.hash, 0xabcdef)
    for (const [name, bytes] of stored) {
      plain.restore(name, bytes)
      indexing.take(name, bytes)
    }
    indexed.restoreAll(handedOver(indexing.end()))
    assert.deepEqual(indexed.index.digests(), plain.index.digests())
    assert.deepEqual([...indexed.owners()].sort(), [...plain.owners()].sort())
    assert.deepEqual(indexed.get(`${author.node}/task/b`)?.value, value)
    assert.equal(indexed.wants(await register(author, 'task/c')), false)
    assert.equal(indexed.wants(await register(other, 'task/c')), true)
  })
})
