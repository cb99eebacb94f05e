import assert from 'node:assert/strict'
import { cp, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  begunSuccessor,
  createIdentity,
  discardSuccessor,
  finishSuccession,
  forgetReplaced,
  loadIdentity,
  openDataDir,
  openStore,
  openSuccessor,
} from '../../../node/storage/index.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'

const [OLD, NEW] = [1, 2].map((byte) => ({ privateKey: new Uint8Array(32).fill(byte) })) as [
  { privateKey: Uint8Array },
  { privateKey: Uint8Array },
]
const REPLACED = ['mesh.json', 'identity.json', 'store']

describe('one identity in the place of another', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  let dataDir: string
  const at = (...names: string[]) => join(dataDir, ...names)

  beforeEach(async () => {
    scratch = await scratchDir()
    dataDir = join(scratch.path, 'data')
    await openDataDir(dataDir)
    await createIdentity(dataDir, OLD)
    await writeFile(at('mesh.json'), 'old')
    await writeFile(at('api-token'), 'kept')
    await mkdir(at('store'))
    await writeFile(at('store', 'CURRENT'), 'old')
  })
  afterEach(() => scratch.remove())

  /** As a start does. */
  const open = async () => {
    await finishSuccession(dataDir, REPLACED)
    await openDataDir(dataDir)
  }
  const isOld = async () => {
    assert.deepEqual(await loadIdentity(dataDir), OLD)
    assert.equal(await readFile(at('mesh.json'), 'utf8'), 'old')
    assert.equal(await readFile(at('store', 'CURRENT'), 'utf8'), 'old')
  }
  const isNew = async () => {
    assert.deepEqual(await loadIdentity(dataDir), NEW)
    assert.equal(await readFile(at('mesh.json'), 'utf8'), 'new')
    assert.equal(await readFile(at('api-token'), 'utf8'), 'kept')
    await assert.rejects(stat(at('store')))
    assert.deepEqual(await loadIdentity(at('replaced')), OLD)
    assert.equal(await readFile(at('replaced', 'store', 'CURRENT'), 'utf8'), 'old')
  }
  const begin = async () => {
    const successor = await openSuccessor(dataDir, NEW)
    await writeFile(join(successor.path, 'mesh.json'), 'new')
    return successor
  }

  it('is the old one until the other counts, and knows of it', async () => {
    await begin()
    assert.equal((await stat(at('rotating'))).mode & 0o777, 0o700)
    await open()
    await isOld()
    assert.deepEqual(await begunSuccessor(dataDir), NEW)
    await discardSuccessor(dataDir)
    assert.equal(await begunSuccessor(dataDir), null)
    await isOld()
  })

  it('is the new one from then on, and forgets the old one when it is told to', async () => {
    await (await begin()).commit()
    assert.equal(await begunSuccessor(dataDir), null)
    await open()
    await isNew()
    await open()
    await isNew()
    await forgetReplaced(dataDir)
    await assert.rejects(stat(at('replaced')))
  })

  it('is the new one wherever putting it in its place is cut off', async () => {
    await (await begin()).commit()
    const whole = join(scratch.path, 'whole')
    await cp(dataDir, whole, { recursive: true })
    // Some of the old ones are aside; all are; and then some of the new ones are up.
    for (const moved of [1, 2, 3, 4, 5]) {
      await rm(dataDir, { recursive: true })
      await cp(whole, dataDir, { recursive: true })
      await mkdir(at('replaced'))
      for (const name of REPLACED.slice(0, moved)) await rename(at(name), at('replaced', name))
      if (moved > 3) await rename(at('rotated'), at('restored'))
      if (moved > 4) await rename(at('restored', 'mesh.json'), at('mesh.json'))
      await open()
      await isNew()
    }
  })

  it('takes nothing from a daemon that runs', async () => {
    await rm(at('store'), { recursive: true })
    const store = await openStore({ dataDir, logger: silentLogger })
    await (await begin()).commit()
    await assert.rejects(open(), (error) => isCoterieError(error, 'dataDirInUse'))
    await store.close()
    await open()
    assert.deepEqual(await loadIdentity(dataDir), NEW)
  })
})
