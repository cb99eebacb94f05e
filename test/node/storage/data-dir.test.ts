import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  createIdentity,
  DATA_FORMAT,
  loadIdentity,
  openDataDir,
  openStore,
  writeSecretFile,
} from '../../../node/storage/index.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'

describe('the data directory', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  let dataDir: string

  beforeEach(async () => {
    scratch = await scratchDir()
    dataDir = join(scratch.path, 'data')
  })
  afterEach(() => scratch.remove())

  const open = () => openStore({ dataDir, logger: silentLogger })
  const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)

  it('is made for its owner alone', async () => {
    const store = await open()
    await store.close()
    assert.equal(await modeOf(dataDir), '700')
    assert.equal(await readFile(join(dataDir, 'FORMAT'), 'utf8'), `${DATA_FORMAT}\n`)
  })

  it('of a newer version is refused and not touched', async () => {
    await mkdir(dataDir)
    const format = DATA_FORMAT + 1
    await writeFile(join(dataDir, 'FORMAT'), `${format}\n`)
    await assert.rejects(open(), {
      code: 'dataDirNewer',
      data: { path: dataDir, format, formatMax: DATA_FORMAT },
    })
    assert.deepEqual(await readdir(dataDir), ['FORMAT'])
  })

  it('with a FORMAT that is no number is refused', async () => {
    await mkdir(dataDir)
    for (const text of ['', 'one\n', '1', '01\n', '1\n2\n']) {
      await writeFile(join(dataDir, 'FORMAT'), text)
      await assert.rejects(openDataDir(dataDir), { code: 'storeCorrupt' })
    }
  })

  it('that is a file is refused', async () => {
    await writeFile(dataDir, '')
    await assert.rejects(open(), { code: 'dataDirUnusable' })
  })

  it('in use by another process is refused, and the process is named', async () => {
    const program = join(import.meta.dirname, 'persist-until-killed.ts')
    const child = spawn(process.execPath, [program, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
    const exited = once(child, 'exit')
    try {
      await once(child.stdout, 'data')
      await assert.rejects(open(), { code: 'dataDirInUse', data: { path: dataDir, pid: child.pid } })
      await assert.rejects(open(), { code: 'dataDirInUse' })
    } finally {
      child.kill('SIGKILL')
      await exited
    }
  })

  it('in use by this process is refused, and the lock stays', async () => {
    const store = await open()
    try {
      const inUse = { code: 'dataDirInUse', data: { path: dataDir, pid: process.pid } }
      await assert.rejects(open(), inUse)
      await assert.rejects(open(), inUse)
      const { ino } = await stat(join(dataDir, 'store', 'LOCK'))
      if (existsSync('/proc/locks'))
        assert.match(await readFile('/proc/locks', 'utf8'), new RegExp(`:${ino} `))
    } finally {
      await store.close()
    }
    await (await open()).close()
  })

  describe('and the identity in it', () => {
    const privateKey = Uint8Array.from({ length: 64 }, (_, at) => at)
    const path = () => join(dataDir, 'identity.json')
    beforeEach(() => openDataDir(dataDir))

    it('is null, then what was stored, for its owner alone', async () => {
      assert.equal(await loadIdentity(dataDir), null)
      await createIdentity(dataDir, { privateKey })
      assert.deepEqual(await loadIdentity(dataDir), { privateKey })
      assert.equal(await modeOf(path()), '600')
      assert.deepEqual((await readdir(dataDir)).toSorted(), ['FORMAT', 'identity.json'])
    })

    it('is never replaced', async () => {
      await createIdentity(dataDir, { privateKey })
      await assert.rejects(createIdentity(dataDir, { privateKey: Uint8Array.of(1) }), {
        code: 'identityUnreadable',
      })
      assert.deepEqual(await loadIdentity(dataDir), { privateKey })
    })

    it('is refused when others may read it, with the command that mends it', async () => {
      await createIdentity(dataDir, { privateKey })
      await chmod(path(), 0o640)
      await assert.rejects(loadIdentity(dataDir), { code: 'identityUnreadable', message: /chmod 600/ })
    })

    it('is refused when it is malformed', async () => {
      for (const text of [
        '',
        '{',
        'null',
        '{}',
        '{"privateKey":7}',
        '{"privateKey":""}',
        '{"privateKey":"?"}',
      ]) {
        await writeSecretFile(path(), text)
        await assert.rejects(loadIdentity(dataDir), { code: 'identityUnreadable' }, text)
      }
    })
  })

  it('keeps a secret whole when an earlier attempt was cut off', async () => {
    await openDataDir(dataDir)
    const path = join(dataDir, 'token')
    await writeFile(`${path}.new`, 'half of a sec', { mode: 0o644 })
    await writeSecretFile(path, 'secret')
    assert.equal(await readFile(path, 'utf8'), 'secret')
    assert.equal(await modeOf(path), '600')
  })
})
