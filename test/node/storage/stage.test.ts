import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openDataDir, openStage, openStore } from '../../../node/storage/index.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'

describe('a data directory that is made whole', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  let dataDir: string
  beforeEach(async () => {
    scratch = await scratchDir()
    dataDir = join(scratch.path, 'data')
  })
  afterEach(() => scratch.remove())

  const open = () => openStage(dataDir, async (names) => names.join(', '))
  /** A store with a record, and a file, in the stage. */
  const filled = async () => {
    const stage = await open()
    const store = await openStore({ dataDir: stage.path, logger: silentLogger })
    await store.records('some').write([{ key: 'key', value: new Uint8Array([7]) }])
    await store.close()
    await writeFile(join(stage.path, 'mesh.json'), 'mesh')
    return { stage, id: store.consensus.stamp?.id }
  }

  it('counts once it is committed, with the very store that was made', async () => {
    const { stage, id } = await filled()
    await stage.commit()
    assert.deepEqual((await readdir(dataDir)).sort(), ['FORMAT', 'mesh.json', 'store'])
    assert.equal((await stat(dataDir)).mode & 0o777, 0o700)
    const store = await openStore({ dataDir, logger: silentLogger })
    assert.deepEqual(await store.records('some').get('key'), new Uint8Array([7]))
    assert.deepEqual(store.consensus.stamp, { id, boot: 2 })
    await store.close()
  })

  it('leaves nothing when it is discarded: neither in a directory that was there, nor of one that was not', async () => {
    const { stage } = await filled()
    await stage.discard()
    await assert.rejects(stat(dataDir), /ENOENT/)
    await mkdir(dataDir)
    const again = await filled()
    await again.stage.discard()
    assert.deepEqual(await readdir(dataDir), [])
  })

  it('is finished by whoever opens the directory next, where it was cut off after it counted', async () => {
    await filled()
    await rename(join(dataDir, 'restoring'), join(dataDir, 'restored'))
    // Cut off after one of the moves.
    await rename(join(dataDir, 'restored', 'store'), join(dataDir, 'store'))
    await openDataDir(dataDir)
    assert.deepEqual((await readdir(dataDir)).sort(), ['FORMAT', 'mesh.json', 'store'])
  })

  it('is begun anew where it was cut off before that', async () => {
    await filled()
    const { stage } = await filled()
    await stage.commit()
    assert.equal(await readFile(join(dataDir, 'mesh.json'), 'utf8'), 'mesh')
  })

  it('is refused beside anything that says of a node, and not beside a watchdog', async () => {
    await mkdir(dataDir)
    for (const name of ['FORMAT', 'watchdog.sock', 'watchdog-guards.json', 'watchdog.log'])
      await writeFile(join(dataDir, name), '2\n')
    await (await open()).discard()
    await writeFile(join(dataDir, 'identity.json'), '{}')
    await assert.rejects(
      open(),
      (error) => isCoterieError(error, 'restoreNotEmpty') && error.data.found === 'identity.json',
    )
    assert.ok(!(await readdir(dataDir)).includes('restoring'))
  })
})
