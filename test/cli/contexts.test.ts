import assert from 'node:assert/strict'
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient } from '../../cli/client.ts'
import { type ApiWithUsers, startWithUsers } from '../node/control/with-users.ts'
import { newKey } from '../node/users/sign-in.ts'
import { scratchDir } from '../support/scratch.ts'
import { coterie } from './coterie.ts'

/** Nobody listens there. */
const DEAD = 'http://127.0.0.1:1'

describe('cli: contexts', () => {
  let api: ApiWithUsers
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  let keyFile: string
  let alive: string

  before(async () => {
    api = await startWithUsers()
    scratch = await scratchDir()
    keyFile = join(scratch.path, 'key.pem')
    alive = `http://127.0.0.1:${api.fixture.control.port}`
    const { privateKey, line } = newKey()
    await writeFile(keyFile, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 })
    await api.node.users.add({ user: 'ada', kind: 'person', role: 'admin', key: line })
  })
  after(async () => {
    await api.close()
    await scratch.remove()
  })

  const ask = (...words: string[]) => coterie(words, { COTERIE_CONFIG_DIR: scratch.path })
  const refused = async (words: readonly string[], line: RegExp) => {
    const { code, stdout, stderr } = await ask(...words)
    assert.deepEqual([code, stdout], [1, ''])
    assert.match(stderr, line)
  }

  it('lead into a mesh by the first of its machines that answers', async () => {
    assert.match(
      (await ask('context', 'add', 'home', DEAD, alive, '--use')).stdout,
      /^Added home\. Commands ask there now/,
    )
    const login = await ask('login', '--user', 'ada', '--key', keyFile)
    assert.equal(login.code, 0, login.stderr)
    assert.equal(login.stdout, `Logged in at ${alive} as ada.\n`)
    assert.match(login.stderr, /^coterie: no daemon answers at http:\/\/127\.0\.0\.1:1/)
    const { code, stdout, stderr } = await ask('node', 'ls', '--json')
    assert.deepEqual([code, stderr], [0, ''])
    assert.equal(JSON.parse(stdout).nodes[0].name, 'kitchen')
    assert.equal((await stat(join(scratch.path, 'contexts.json'))).mode & 0o777, 0o600)
    assert.match((await ask('context', 'ls')).stdout, /^home\* +http:\S+:1 http:\S+ +ada$/m)
  })

  it('stand back behind whoever names a daemon, and are left for this machine', async () => {
    const { socketPath } = api.fixture
    assert.equal((await ask('node', 'ls', '--socket', socketPath)).code, 0)
    await refused(['node', 'ls', '--socket', '/nonexistent.sock'], /no daemon answers at \/nonexistent\.sock/)
    assert.equal((await ask('node', 'ls', '--context', 'home', '--socket', '/nonexistent.sock')).code, 0)
    await refused(
      ['node', 'ls', '--context', 'local', '--run-dir', scratch.path],
      /no daemon answers at .*coterie\.sock/,
    )
  })

  it('say what is wrong: none of that name, one of that name, no machine that answers, a file that is none', async () => {
    await refused(['context', 'use', 'hme'], /^coterie: there is no context hme; the nearest is home\./)
    await refused(['context', 'add', 'home', alive], /^coterie: there is a context home already/)
    await refused(['context', 'add', 'x', 'http://192.0.2.1'], /beyond this machine it begins with https/)
    assert.equal((await ask('context', 'add', 'gone', DEAD, 'http://127.0.0.1:2')).code, 0)
    await refused(['node', 'ls', '--context', 'gone'], /^coterie: nobody is logged in at http:\S+:1,/)
    const entry = { url: DEAD, token: async () => 'a.b.c', authorities: async () => [] }
    const client = createClient({ place: async () => ({ context: 'gone', entries: [entry, entry] }) })
    await assert.rejects(client.call('GET /v1/nodes'), {
      message:
        /^no machine of the context gone answers: http:\S+:1 \(.*\), http:\S+:1 \(.*\)\. Start one of them/,
    })
    assert.deepEqual((await ask('context', 'ls', '-q')).stdout, 'local\ngone\nhome\n')
    assert.equal((await ask('context', 'rm', 'gone')).code, 0)
    assert.equal((await ask('context', 'use', 'local')).stdout, 'Commands ask local now.\n')
    await writeFile(join(scratch.path, 'contexts.json'), '[')
    await refused(
      ['context', 'ls'],
      /^coterie: the contexts in \S+ cannot be used: it is no JSON\. Correct or delete/,
    )
  })
})
