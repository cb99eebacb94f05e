import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { scratchDir } from '../support/scratch.ts'
import { coterie, ENTRY } from './coterie.ts'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))

describe('cli: how it is used', () => {
  const refused = async (words: readonly string[], line: RegExp) => {
    const { code, stdout, stderr } = await coterie(words)
    assert.equal(code, 1, words.join(' '))
    assert.equal(stdout, '')
    assert.match(stderr, line)
    assert.match(stderr, /^coterie: [^\n]*\.\n$/, 'one line')
  }

  it('prints its version', async () => {
    assert.deepEqual(await coterie(['--version']), { code: 0, stdout: `${version}\n`, stderr: '' })
  })

  it('prints help on standard output, with exit codes, examples and settings', async () => {
    for (const words of [[], ['--help'], ['help']]) {
      const { code, stdout, stderr } = await coterie(words)
      assert.equal(code, 0)
      assert.equal(stderr, '')
      assert.match(stdout, /0 done, 1 error, 2 cannot be placed, 3 pending/)
    }
    const up = (await coterie(['help', 'up'])).stdout
    assert.match(up, /Examples:\n {2}coterie up --init/)
    assert.match(up, /COTERIE_LISTEN/)
    assert.equal((await coterie(['node'])).code, 0)
  })

  it('names the nearest command and option', async () => {
    await refused(['evnets'], /no command evnets; the nearest is events/)
    await refused(['node', 'lss'], /no command lss; the nearest is ls/)
    await refused(['node', 'ls', '--jsn'], /no option --jsn here; the nearest is --json/)
    await refused(['zzzzz'], /no command zzzzz\. See coterie --help/)
  })

  it('refuses what it cannot use', async () => {
    await refused(['voters', 'x'], /too many arguments/)
    await refused(['voters', '--socket'], /argument missing/)
    await refused(['events', '--since', 'x'], /--since takes a whole number/)
    await refused(['config', '--data-dir', 'x'.repeat(120)], /longer than the system's 107 bytes/)
    await refused(['up', '--api-port', '70000'], /api-port from --api-port cannot be used/)
    await refused(['up', '--init', '--at', '?'], /"\?" is no address/)
    await refused(['up', '--mesh-name', 'home'], /needs --init/)
  })

  it('says where it looked for a daemon', async () => {
    const { path, remove } = await scratchDir()
    try {
      await refused(
        ['voters', '--data-dir', path],
        /no daemon answers at .*coterie\.sock: there is no such socket/,
      )
      const { code, stdout, stderr } = await coterie(['config', '--json', '--data-dir', path])
      assert.equal(code, 0)
      assert.equal(JSON.parse(stdout).running, false)
      assert.equal(stderr, '')
    } finally {
      await remove()
    }
  })

  it('fails when its answer cannot be written', () => {
    const full = openSync('/dev/full', 'w')
    const { status, stderr } = spawnSync(process.execPath, [ENTRY, '--version'], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    })
    closeSync(full)
    assert.equal(status, 1)
    assert.match(stderr, /^coterie: the answer could not be written: ENOSPC[^\n]*\n$/)
  })

  it('tells an old Node which one it needs', async () => {
    const old = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.19.0'})`
    const { code, stdout, stderr } = await coterie(['--version'], {}, ['--import', old])
    assert.equal(code, 1)
    assert.equal(stdout, '')
    assert.match(
      stderr,
      /^coterie: this is Node 20\.19\.0, which is too old to run the sources\. Install Node 22\.18 or later; the package built from them needs 22\.13\.\n$/,
    )
  })
})
