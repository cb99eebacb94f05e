import assert from 'node:assert/strict'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Fixture, startControl } from '../../node/control/fixture.ts'
import { handMadeService, handMadeTask, retell } from '../../node/control/hand-made.ts'
import { coterie, ENTRY, runWithin } from '../coterie.ts'

describe('cli: completion', () => {
  let fixture: Fixture
  before(async () => {
    fixture = await startControl()
    retell(fixture.handMade, {
      services: [
        handMadeService('shop', 'web'),
        handMadeService('shop', 'db'),
        handMadeService('blog', 'web'),
      ],
      tasks: [handMadeTask('shop', 'db', 0)],
    })
  })
  after(() => fixture.stop())

  const wordsFor = async (...typed: string[]) => {
    const words = ['--socket', fixture.socketPath, ...typed]
    const { code, stdout, stderr } = await coterie(['completion-words', '--', ...words])
    assert.deepEqual([code, stderr], [0, ''])
    return stdout
      .trim()
      .split('\n')
      .map((line) => line.split('\t')[0])
  }

  it('offers commands, options and choices, by what was typed so far', async () => {
    assert.deepEqual(await wordsFor('re'), ['restart', 'registry', 'restore'])
    assert.deepEqual(await wordsFor('conflicts', 'a'), ['accept'])
    assert.deepEqual(await wordsFor('deploy', '--pru'), ['--prune'])
    assert.deepEqual(await wordsFor('logs', '--level', 'w'), ['warn'])
    assert.deepEqual(await wordsFor('deploy', '-f', ''), [':files'])
    assert.ok(!(await wordsFor('')).includes('completion-words'), 'which is for shells')
  })

  it('offers names that the daemon tells: of the one whose socket was typed', async () => {
    assert.deepEqual(await wordsFor('logs', ''), ['shop/web', 'db', 'shop/db', 'blog/web', 'shop.db.0.7'])
    assert.deepEqual(await wordsFor('rm', 'sh'), ['shop/web', 'shop/db', 'shop/'])
    assert.deepEqual(await wordsFor('scale', 'd'), ['db='])
    assert.deepEqual(await wordsFor('ps', '--node', ''), ['kitchen', 'attic'])
  })

  it('offers nothing, and says nothing, where no daemon answers', async () => {
    const asked = ['completion-words', '--', '--socket', '/nonexistent.sock', 'logs', '']
    assert.deepEqual(await coterie(asked), { code: 0, stdout: '', stderr: '' })
  })

  it('is what bash does with the script', async () => {
    const bin = join(fixture.dir, 'bin')
    await mkdir(bin)
    await writeFile(join(bin, 'coterie'), `#!/bin/sh\nexec "${process.execPath}" "${ENTRY}" "$@"\n`)
    await chmod(join(bin, 'coterie'), 0o755)
    const typed = `coterie --socket ${fixture.socketPath} logs shop/`
    const script = `PATH=${bin}:$PATH; source <(coterie completion bash); COMP_WORDS=(${typed}); COMP_CWORD=4; _coterie; echo "\${COMPREPLY[@]}"`
    const { stdout, stderr } = await runWithin(['bash'], ['-c', script])
    assert.deepEqual([stdout, stderr], ['shop/web shop/db\n', ''])
  })
})
