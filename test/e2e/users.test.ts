/** Users of running daemons, as the command line has them: founded, added, logged in, ended. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { coterie, type Outcome } from '../cli/coterie.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { allAlive } from '../support/mesh-views.ts'

const PASSWORD = 'correct horse battery'

describe('users of a mesh', function () {
  this.timeout(120_000)
  let daemons: Daemons
  let attic: RunningDaemon
  let cellar: RunningDaemon
  let passwordFile: string
  let agent: ChildProcess | null = null

  before(async () => {
    daemons = await createDaemons()
    ;[attic, cellar] = (await daemons.mesh('attic', 'cellar')) as [RunningDaemon, RunningDaemon]
    await allAlive([attic, cellar], 2)
    passwordFile = join(daemons.path, 'password')
    writeFileSync(passwordFile, `${PASSWORD}\n`)
  })
  after(async () => {
    agent?.kill()
    await daemons.close()
  })

  const apiOf = ({ ready }: RunningDaemon) => `http://127.0.0.1:${ready.apiPort}`
  /** On the machine of the daemon, over its socket. */
  const local = (daemon: RunningDaemon, words: readonly string[]): Promise<Outcome> =>
    coterie([...words, '--data-dir', daemon.dataDir, '--config-dir', daemons.path])
  /** As somebody with a home of their own, over the API. */
  const remote = (
    home: string,
    daemon: RunningDaemon,
    words: readonly string[],
    env: Record<string, string> = {},
  ): Promise<Outcome> =>
    coterie([...words, '--api', apiOf(daemon), '--config-dir', join(daemons.path, home)], env)
  const done = ({ code, stdout, stderr }: Outcome): string => {
    assert.equal(code, 0, stderr)
    return stdout
  }
  const refused = ({ code, stderr }: Outcome, words: RegExp) => {
    assert.equal(code, 1, stderr)
    assert.match(stderr, words)
  }
  const newKey = (name: string): string => {
    const file = join(daemons.path, name)
    const made = spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file])
    assert.equal(made.status, 0)
    return file
  }

  it('has an admin from its founding on, whom nobody can log in as before it has a password', async () => {
    assert.match(done(await local(attic, ['user', 'ls'])), /admin +person +admin +no +0/)
    const login = ['login', '--user', 'admin', '--password-file', passwordFile]
    refused(await remote('admin', attic, login), /no such user, or the password or key is not theirs/)
    refused(await remote('admin', attic, ['ps']), /nobody is logged in at/)
    done(await local(attic, ['user', 'passwd', 'admin', '--password-file', passwordFile]))
    done(await remote('admin', attic, login))
    assert.match(done(await remote('admin', attic, ['status'])), /attic/)
    assert.match(done(await remote('admin', attic, ['user', 'ls'])), /admin +person +admin +yes/)
  })

  it('lets people in by a key of a file, as far as their role goes', async function () {
    if (spawnSync('ssh-keygen', ['-?']).error !== undefined) this.skip()
    const key = newKey('ada-key')
    done(await local(cellar, ['user', 'add', 'ada', '--role', 'viewer', '--key', `${key}.pub`]))
    await eventually('both know her', async () => /ada/.test((await local(attic, ['user', 'ls'])).stdout))
    done(await remote('ada', attic, ['login', '--user', 'ada', '--key', key]))
    done(await remote('ada', attic, ['ps']))
    refused(await remote('ada', attic, ['user', 'ls']), /that is for an admin, and you are a viewer/)
    refused(await remote('ada', attic, ['leave']), /that is for an admin/)
  })

  it('lets people in by a key of ssh-agent', async function () {
    if (spawnSync('ssh-agent', ['-h']).error !== undefined) this.skip()
    const socket = join(daemons.path, 'agent')
    agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] })
    await once(agent.stdout as NodeJS.ReadableStream, 'data')
    const env = { SSH_AUTH_SOCK: socket }
    const key = newKey('bob-key')
    assert.equal(spawnSync('ssh-add', ['-q', key], { env: { ...process.env, ...env } }).status, 0)
    done(await local(attic, ['user', 'add', 'bob', '--role', 'operator', '--machine', '--key', `${key}.pub`]))
    done(await remote('bob', attic, ['login', '--user', 'bob', '--agent'], env))
    done(await remote('bob', attic, ['ps']))
    done(await remote('bob-again', attic, ['login', '--user', 'bob', '--key', `${key}.pub`], env))
    refused(await remote('bob', attic, ['login', '--user', 'bob', '--agent']), /SSH_AUTH_SOCK is not set/)
  })

  it('knows on every machine what another one issued, and what was ended there', async () => {
    const { access } = JSON.parse(done(await remote('admin', attic, ['session', 'token', '--json'])))
    const status = async (daemon: RunningDaemon) => {
      const headers = { authorization: `Bearer ${access}` }
      return (await fetch(`${apiOf(daemon)}/v1/status`, { headers })).status
    }
    assert.deepEqual([await status(attic), await status(cellar)], [200, 200])
    const seen = async () => {
      const { sessions } = JSON.parse((await local(cellar, ['session', 'ls', '--json'])).stdout)
      return sessions.find((each: { user: string }) => each.user === 'admin')
    }
    await eventually('the other one hears of the session', async () => (await seen()) !== undefined)
    const { session, name } = await seen()
    assert.equal(name, 'attic')
    done(await local(cellar, ['session', 'rm', session]))
    assert.equal(await status(cellar), 401)
    await eventually('it is refused where it began', async () => (await status(attic)) === 401)
    refused(await remote('admin', attic, ['ps']), /the session is over/)
  })

  it('forgets who logged out, on both sides', async () => {
    done(await remote('ada', attic, ['logout']))
    refused(await remote('ada', attic, ['ps']), /nobody is logged in at/)
    // An admin ended this session above.
    done(await remote('admin', attic, ['logout']))
    refused(await remote('admin', attic, ['ps']), /nobody is logged in at/)
  })

  it('bars a user at once where there is no majority, and says that the removal waits', async function () {
    if (spawnSync('ssh-keygen', ['-?']).error !== undefined) this.skip()
    done(await remote('bob', cellar, ['login', '--user', 'bob', '--key', join(daemons.path, 'bob-key')]))
    // The founder alone votes in a mesh of two.
    attic.process.kill('SIGSTOP')
    const { code, stderr } = await local(cellar, ['user', 'rm', 'bob', '-y'])
    assert.equal(code, 3, stderr)
    assert.match(stderr, /bob can log in no more/)
    refused(await remote('bob', cellar, ['ps']), /the session is over/)
    attic.process.kill('SIGCONT')
    await eventually(
      'the removal is decided',
      async () => !/bob/.test((await local(attic, ['user', 'ls'])).stdout),
    )
  })
})
