import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../house/source-files.ts'
import { requires } from '../support/requirements.ts'
import { scratchDir } from '../support/scratch.ts'

describe('what runs before npm start and npm test', function () {
  this.timeout(300_000)
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  beforeEach(async function () {
    requires(this, 'registry')
    scratch = await scratchDir()
    for (const path of ['package.json', 'package-lock.json', '.npmrc', 'packaging'])
      cpSync(join(ROOT, path), join(scratch.path, path), { recursive: true })
  })
  afterEach(() => scratch?.remove())

  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')))
  const prepare = () => {
    const words = [join(scratch.path, 'packaging', 'prepare.cjs')]
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { env, encoding: 'utf8' })
    return { status, stdout, stderr }
  }

  it('installs what the lock file names, the Node of the project among it, and nothing the second time', () => {
    const told = 'coterie: installing dependencies (once) ...\n'
    assert.deepEqual(prepare(), { status: 0, stdout: '', stderr: told })
    const installed = () => statSync(join(scratch.path, 'node_modules', '.package-lock.json')).mtimeMs
    const atMs = installed()
    const node = spawnSync(join(scratch.path, 'node_modules', '.bin', 'node'), ['--version'], {
      encoding: 'utf8',
    })
    assert.match(node.stdout, /^v24\./)
    assert.deepEqual(prepare(), { status: 0, stdout: '', stderr: '' })
    assert.equal(installed(), atMs)
  })
  it('does not install through a link, which would empty what it leads to', () => {
    const theirs = join(scratch.path, 'theirs')
    mkdirSync(theirs)
    writeFileSync(join(theirs, 'kept'), '')
    symlinkSync(theirs, join(scratch.path, 'node_modules'))
    const { status, stderr } = prepare()
    assert.equal(status, 1)
    assert.match(stderr, /node_modules is a link, and older than the lock file\. Remove the link/)
    assert.deepEqual(readdirSync(theirs), ['kept'])
  })
})
