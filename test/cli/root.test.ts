import assert from 'node:assert/strict'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CoterieError } from '../../protocols/errors/index.ts'
import { certificates, type Fixture, startControl } from '../node/control/fixture.ts'
import { NODE } from '../node/control/hand-made.ts'
import { scratchDir } from '../support/scratch.ts'
import { coterie } from './coterie.ts'

const SEALED = '{"what":"sealed"}\n'
const PASSPHRASE = 'correct horse battery'

describe('cli: root', () => {
  let fixture: Fixture
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  let passphrase: string
  /** What the daemon was asked, in order. */
  let asked: string[]

  before(async () => {
    scratch = await scratchDir()
    passphrase = join(scratch.path, 'passphrase')
    await writeFile(passphrase, `${PASSPHRASE}\nand more\n`)
    fixture = await startControl({
      certificates: {
        ...certificates,
        exportRoot: async (given) => {
          asked.push(`export ${given}`)
          return { sealed: SEALED }
        },
        forgetRoot: async ({ sealed, passphrase: given }) => {
          asked.push(`forget ${sealed.trim()} ${given}`)
          return certificates.root()
        },
        importRoot: async ({ sealed }) => {
          asked.push(`import ${sealed.trim()}`)
          throw new CoterieError('rootKeyUnavailable', { detail: 'the passphrase is wrong' })
        },
      },
    })
  })
  after(async () => {
    await fixture.stop()
    await scratch.remove()
  })
  beforeEach(() => {
    asked = []
  })

  const run = (...words: string[]) => coterie([...words, '--socket', fixture.socketPath])

  it('shows the root, its names, and whether its key is here', async () => {
    const { code, stdout } = await run('root', 'show')
    assert.equal(code, 0)
    assert.match(stdout, /root of this mesh: abab/)
    assert.match(stdout, /NAME\.0123456789abcdef\.coterie\.internal, until 2033-05-18/)
    assert.match(stdout, /Its key is on this machine/)
    const { stdout: pem } = await run('root', 'show', '--pem')
    assert.match(pem, /^-----BEGIN CERTIFICATE-----/)
  })

  it('writes the sealed key for this user alone, reads it back, and only then lets it be forgotten', async () => {
    const file = join(scratch.path, 'root.json')
    const { code, stdout, stderr } = await run('root', 'export', file, '--passphrase-file', passphrase)
    assert.equal(code, 0, stderr)
    assert.match(stdout, /Written to/)
    assert.equal(await readFile(file, 'utf8'), SEALED)
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    assert.deepEqual(asked, [`export ${PASSPHRASE}`, `forget ${SEALED.trim()} ${PASSPHRASE}`])
  })

  it('leaves the key here with --keep', async () => {
    const file = join(scratch.path, 'kept.json')
    await run('root', 'export', file, '--keep', '--passphrase-file', passphrase)
    assert.deepEqual(asked, [`export ${PASSPHRASE}`])
  })

  it('overwrites nothing, and forgets nothing then', async () => {
    const file = join(scratch.path, 'taken.json')
    await writeFile(file, 'mine')
    const { code, stderr } = await run('root', 'export', file, '--passphrase-file', passphrase)
    assert.equal(code, 1)
    assert.match(stderr, /cannot be written/)
    assert.equal(await readFile(file, 'utf8'), 'mine')
    assert.deepEqual(asked, [`export ${PASSPHRASE}`])
  })

  it('asks for a passphrase file where nobody can type, and says what was wrong with an import', async () => {
    const file = join(scratch.path, 'import.json')
    await writeFile(file, SEALED)
    const untyped = await run('root', 'import', file)
    assert.equal(untyped.code, 1)
    assert.match(untyped.stderr, /give --passphrase-file FILE/)
    const wrong = await run('root', 'import', file, '--passphrase-file', passphrase)
    assert.equal(wrong.code, 1)
    assert.match(wrong.stderr, /the passphrase is wrong/)
  })
})

describe('cli: issuer', () => {
  let fixture: Fixture
  before(async () => {
    fixture = await startControl()
  })
  after(() => fixture.stop())

  const run = (...words: string[]) => coterie([...words, '--socket', fixture.socketPath])

  it('lists issuers, and says what one alone means', async () => {
    const { stdout } = await run('issuer', 'ls')
    assert.match(stdout, /kitchen +2030-03-17/)
    assert.match(stdout, /a second one helps/)
    const { stdout: json } = await run('issuer', 'ls', '--json')
    assert.equal(JSON.parse(json).issuers[0].id, NODE)
  })

  it('grants, and revokes once it was confirmed', async () => {
    assert.match((await run('issuer', 'grant', 'kitchen')).stdout, /kitchen issues certificates from now on/)
    assert.match((await run('issuer', 'revoke', 'kitchen')).stderr, /nobody can be asked/)
    assert.equal((await run('issuer', 'revoke', 'kitchen', '-y')).code, 0)
  })
})
