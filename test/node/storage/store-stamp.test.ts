import assert from 'node:assert/strict'
import { cp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openStore } from '../../../node/storage/index.ts'
import type { StoreStamp } from '../../../protocols/consensus/index.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'

describe('the name of a store', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  let here: string
  let there: string
  beforeEach(async () => {
    scratch = await scratchDir()
    here = join(scratch.path, 'here')
    there = join(scratch.path, 'there')
  })
  afterEach(() => scratch.remove())

  const openOnce = async (dataDir: string) => {
    const store = await openStore({ dataDir, logger: silentLogger })
    await store.close()
    return store
  }
  /** What a life of the store in that directory is called. */
  const life = async (dataDir: string): Promise<StoreStamp> =>
    (await openOnce(dataDir)).consensus.stamp ?? assert.fail('it has a name')
  const isCopy = async (dataDir: string): Promise<boolean> => (await openOnce(dataDir)).isCopy

  it('stays in every life, and each life has a higher number', async () => {
    const { id, boot } = await life(here)
    assert.deepEqual(await life(here), { id, boot: boot + 1 })
    assert.deepEqual(await life(here), { id, boot: boot + 2 })
  })

  it('moves with its directory', async () => {
    const { id } = await life(here)
    await rename(here, there)
    assert.deepEqual(await life(there), { id, boot: 2 })
  })

  it('is another one for a copy, also where the copy stands in the place of the first', async () => {
    const { id } = await life(here)
    await cp(here, there, { recursive: true, preserveTimestamps: true })
    assert.notEqual((await life(there)).id, id)
    await rm(here, { recursive: true })
    await cp(there, here, { recursive: true, preserveTimestamps: true })
    assert.notEqual((await life(here)).id, id)
  })

  it('says in every life that the store is a copy, and of no other one', async () => {
    assert.equal(await isCopy(here), false)
    await cp(here, there, { recursive: true, preserveTimestamps: true })
    assert.deepEqual([await isCopy(there), await isCopy(there)], [true, true])
    assert.equal(await isCopy(here), false)
    await rm(join(there, 'store'), { recursive: true })
    assert.equal(await isCopy(there), false)
  })

  it('is another one once the store was deleted, whatever was left beside it', async () => {
    const { id } = await life(here)
    await rm(join(here, 'store'), { recursive: true })
    assert.notEqual((await life(here)).id, id)
  })
})
