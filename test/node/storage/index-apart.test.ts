import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Level } from 'level'
import { createRegisterSet, openCatalogue, registerName } from '../../../crdt/index.ts'
import { createSigning } from '../../../node/intent/index.ts'
import { openStore } from '../../../node/storage/index.ts'
import { indexApart } from '../../../node/storage/index-apart.ts'
import { lockOwner } from '../../../node/storage/lock-owner.ts'
import { newIdentity } from '../../support/identities.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'

const RECORDS = 2_000
const idOf = (at: number) => at.toString(16).padStart(64, '0')
const nameOf = (at: number) => registerName({ node: `node-${at % 3}`, key: `task/${at}` })
const bytesOf = (at: number) => new Uint8Array(100 + (at % 50)).fill(at)

describe('an index of a store that a thread makes', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  const { hash } = createSigning(newIdentity().seed)

  const open = (indexFromBytes?: number) =>
    openStore({
      dataDir: scratch.path,
      logger: silentLogger,
      ...(indexFromBytes !== undefined && { indexFromBytes }),
    })

  beforeEach(async () => {
    scratch = await scratchDir()
    const store = await open()
    const each = Array.from({ length: RECORDS }, (_, at) => at)
    await store.records('revisions').write(each.map((at) => ({ key: idOf(at), value: bytesOf(at) })))
    await store.records('registers').write(each.map((at) => ({ key: nameOf(at), value: bytesOf(at) })))
    await store.close()
  })
  afterEach(() => scratch.remove())

  it('says of revisions and registers what they say themselves, and is given once', async () => {
    const store = await open(0)
    const index = (await store.indexed()) ?? assert.fail('there is none')
    assert.equal(await store.indexed(), null)
    const catalogue = openCatalogue({ clientId: 1, hash, stored: store.records('revisions').getNow })
    const registers = createRegisterSet(hash, { stored: store.records('registers').getNow })
    const [plain, plainRegisters] = [openCatalogue({ clientId: 1, hash }), createRegisterSet(hash)]
    catalogue.restoreAll(index.revisions)
    registers.restoreAll(index.registers)
    for (let at = 0; at < RECORDS; at++) {
      plain.restore(idOf(at), bytesOf(at))
      plainRegisters.restore(nameOf(at), bytesOf(at))
    }
    assert.deepEqual(catalogue.index.digests(), plain.index.digests())
    assert.deepEqual(registers.index.digests(), plainRegisters.index.digests())
    assert.deepEqual([...registers.owners()].sort(), ['node-0', 'node-1', 'node-2'])
    assert.deepEqual(registers.bytesOf(nameOf(7)), bytesOf(7))
    await store.close()
  })

  it('is not made of a store that is smaller than asked for', async () => {
    for (const least of [1024 * 1024 * 1024, undefined]) {
      const store = await open(least)
      assert.equal(await store.indexed(), null)
      await store.close()
    }
  })

  it('is refused where a record is not what was written', async () => {
    const level = new Level<string, Uint8Array>(join(scratch.path, 'store'), { valueEncoding: 'view' })
    const key = `records/registers/${nameOf(1_000)}`
    const value = (await level.get(key)) ?? assert.fail('it is not there')
    value[50] = (value[50] as number) ^ 1
    await level.put(key, value, { sync: true })
    await level.close()
    const store = await open(0)
    await assert.rejects(store.indexed(), { code: 'storeCorrupt', message: /task\/1000/ })
    await store.close()
  })

  it('is refused, and not waited for, where the thread dies', async () => {
    const indexing = indexApart(join(scratch.path, 'gone'))
    indexing.begin()
    await assert.rejects(indexing.index(), { code: 'storeUnread' })
    await indexing.stop()
  })

  it('leaves nothing behind when the store is closed at any moment of it', async () => {
    for (let round = 0; round < 12; round++) {
      const store = await open(0)
      for (let turn = 0; turn < round ** 2; turn++) await readdir(scratch.path)
      const given = store.indexed()
      const closed = store.close()
      await given.catch((error) => assert.equal(error.code, 'storeUnread'))
      await closed
    }
    const store = await open()
    assert.deepEqual(await store.records('revisions').get(idOf(1)), bytesOf(1))
    await store.close()
  })

  it('does not let go of the lock while it is made or after it', async () => {
    const store = await open(0)
    const owner = () => lockOwner(join(scratch.path, 'store'))
    const owners = [await owner()]
    await store.indexed()
    // The thread closes its own opening after it gave the index.
    for (let turn = 0; turn < 50; turn++) owners.push(await owner())
    assert.deepEqual([...new Set(owners)], [process.pid])
    await store.close()
    assert.equal(await owner(), null)
  })
})
