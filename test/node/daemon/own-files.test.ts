import assert from 'node:assert/strict'
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setAside } from '../../../node/daemon/mesh-file.ts'
import { removeOwnFiles, sortFiles } from '../../../node/daemon/own-files.ts'
import { scratchDir } from '../../support/scratch.ts'

describe("Coterie's own files", () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  let dataDir: string
  beforeEach(async () => {
    scratch = await scratchDir()
    dataDir = join(scratch.path, 'data')
    await mkdir(dataDir)
  })
  afterEach(() => scratch.remove())

  const write = (...names: string[]) => Promise.all(names.map((name) => writeFile(join(dataDir, name), '')))

  it('are removed, and the directory with them', async () => {
    await write('mesh.json', 'identity.json', 'identity.json.new', 'certificates.json', 'root-key.json')
    await write('api-token', 'metrics-token', 'FORMAT', 'starting')
    await write(
      'watchdog.sock',
      'watchdog.sock.12.34',
      'watchdog-guards.json',
      'watchdog.log',
      'watchdog.log.1',
    )
    for (const name of ['store', 'store.damaged-2026-11-22T00-00-00-000Z', 'tasks'])
      await mkdir(join(dataDir, name, 'below'), { recursive: true })
    await setAside(dataDir, '0123456789abcdef', Date.now())
    assert.deepEqual((await sortFiles(dataDir)).foreign, [])
    await removeOwnFiles(dataDir)
    await assert.rejects(stat(dataDir), /ENOENT/)
  })

  it('are told from those of others, which stay', async () => {
    const foreign = ['certificates.json.bak', 'left-behind', 'my store', 'photos', 'store.tar', 'store2']
    await write('mesh.json', 'FORMAT', ...foreign)
    assert.deepEqual(await sortFiles(dataDir), { own: ['mesh.json', 'FORMAT'], foreign })
    await removeOwnFiles(dataDir)
    assert.deepEqual((await readdir(dataDir)).sort(), foreign)
  })
})
