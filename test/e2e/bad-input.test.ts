/** What a careless or hostile user does to a start of the daemon: each is refused in one line, and nothing is lost. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { fingerprint } from '../support/fingerprint.ts'
import { OTHER_TOKEN } from '../support/join-tokens.ts'
import { allAlive, nodesOf, statusOf } from '../support/mesh-views.ts'
import { refuseUp } from './refused.ts'

describe('bad input beside a running mesh', function () {
  this.timeout(120_000)
  let daemons: Daemons
  let attic: RunningDaemon
  let token: string
  let at: string

  before(async () => {
    daemons = await createDaemons()
    attic = await daemons.start({ name: 'attic', found: true })
    token = await attic.invite()
    at = attic.ready.addresses[0] as string
  })
  after(() => daemons.close())

  const dirOf = (name: string) => join(daemons.path, name)
  const place = (name: string) => ['--data-dir', dirOf(name), '--node-name', name]

  /** The mesh as a member tells it: who belongs to it, and that nothing was decided meanwhile. */
  const theMesh = async () => {
    const { commitIndex, term, leader } = await statusOf(attic)
    return { commitIndex, term, leader, nodes: (await nodesOf(attic)).map(({ id }) => id) }
  }

  /** Refused, with the mesh as it was before. */
  const refuse = async (words: readonly string[], line: RegExp, env?: Readonly<Record<string, string>>) => {
    const before = await theMesh()
    await refuseUp(words, line, env)
    assert.deepEqual(await theMesh(), before)
  }

  it('refuses a token of another mesh, and takes the right one afterwards, white space around it or not', async () => {
    const line = /the join token is for the mesh 0101010101010101, and \S+ is of another one/
    await refuse([...place('cellar'), '--at', at], line, { COTERIE_TOKEN: OTHER_TOKEN })
    assert.ok(!existsSync(join(dirOf('cellar'), 'mesh.json')), 'it belongs to no mesh')
    const joined = await daemons.start({ name: 'cellar', token: `\n ${token}\t\n`, flags: ['--at', at] })
    await allAlive([attic, joined], 2)
    await joined.end('SIGKILL')
  })

  it('refuses a token that is not good yet, one that is over, and one for another network', async () => {
    const before = await theMesh()
    const given = (more: string) => ({ COTERIE_TOKEN: more })
    const words = [...place('shed'), '--at', at]
    const early = await attic.invite({ startsInMs: 3_600_000 })
    await refuseUp(words, /the join token is good from \S+Z on, and in the mesh it is \S+Z/, given(early))
    const elsewhere = await attic.invite({ cidrs: ['192.0.2.0/24'] })
    await refuseUp(words, /for machines in 192\.0\.2\.0\/24, and this one comes from 127/, given(elsewhere))
    const madeAtMs = Date.now()
    const short = await attic.invite({ ttlMs: 1_000 })
    await eventually('it is over', () => Date.now() > madeAtMs + 2_000)
    await refuseUp(words, /the join token was good until \S+Z, and in the mesh it is \S+Z/, given(short))
    assert.deepEqual((await theMesh()).nodes, before.nodes)
  })

  it('refuses what is no token', async () => {
    const changed = `${token.slice(0, 40)}${token[40] === 'A' ? 'B' : 'A'}${token.slice(41)}`
    const files = { short: token.slice(0, -1), changed, binary: 'coterie_\0\x01\xff', empty: ' \n' }
    for (const [name, text] of Object.entries(files)) await writeFile(dirOf(`${name}.token`), text)
    await writeFile(dirOf('huge.token'), token.repeat(100_000))
    const given = (path: string) => [...place('shed'), '--at', at, '--token-file', path]
    await refuse(given(dirOf('short.token')), /only a part of a join token: 1 of its characters is missing/)
    await refuse(given(dirOf('changed.token')), /the join token is not genuine: its signature does not fit/)
    await refuse(
      given(dirOf('binary.token')),
      /that is no join token: it holds a character that no token has/,
    )
    await refuse(given(dirOf('empty.token')), /cannot be read from .*: it is empty/)
    await refuse(given(dirOf('huge.token')), /that is no join token: something follows its end/)
    await refuse(given(dirOf('none.token')), /cannot be read from .*: ENOENT/)
    await refuse(given(daemons.path), /cannot be read from .*: EISDIR/)
  })

  it('refuses to found or to change mesh where a mesh is already', async () => {
    await refuse([...place('attic'), '--init'], /already a member of the mesh coterie/)
    await refuse(place('attic'), /already a member/, { COTERIE_TOKEN: OTHER_TOKEN })
  })

  it('refuses a second daemon on one data directory, by whatever path, and names the first', async () => {
    const alias = dirOf('alias')
    await symlink(attic.dataDir, alias)
    for (const dir of [attic.dataDir, attic.dataDir, alias]) {
      const line = new RegExp(`is in use by another daemon \\(process ${attic.process.pid}\\)`)
      await refuse(['--data-dir', dir], line)
    }
  })

  it('refuses a second daemon on one socket before it founds anything', async () => {
    await refuse([...place('loft'), '--init', '--socket', attic.ready.socket], /another daemon answers at/)
    assert.ok(!existsSync(join(dirOf('loft'), 'mesh.json')))
  })

  it('names the daemon that holds a port', async () => {
    const [, , , , port = ''] = at.split('/')
    const line = new RegExp(
      `port ${port} on 127.0.0.1 is taken by coterie \\(process ${attic.process.pid}\\)`,
    )
    await refuse([...place('loft'), '--init', '--listen', `127.0.0.1:${port}`], line)
  })
})

describe('bad input to a first start', function () {
  this.timeout(120_000)
  let daemons: Daemons
  let taken: Server
  let port: number

  beforeEach(async () => {
    daemons = await createDaemons()
    taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    port = (taken.address() as AddressInfo).port
  })
  afterEach(async () => {
    taken.close()
    await daemons.close()
  })

  const dirOf = (name: string) => join(daemons.path, name)
  const found = (...words: string[]) => ['--init', '--data-dir', dirOf('attic'), ...words]

  it('a busy port names its owner, founds nothing, and hinders no later start', async () => {
    const owner = new RegExp(`port ${port} on 127.0.0.1 is taken by node \\(process ${process.pid}\\)`)
    await refuseUp(found('--api-port', `${port}`), owner)
    await refuseUp(found('--gateway-port', `${port}`), owner)
    await refuseUp(found('--listen', `127.0.0.1:${port}`), owner)
    assert.ok(!existsSync(dirOf('attic/mesh.json')))
    const daemon = await daemons.start({ name: 'attic', found: true })
    assert.equal(daemon.ready.how, 'founded')
  })

  it('names, addresses and paths that cannot be are refused before anything is made', async () => {
    const name = /cannot be used: a name is lower case letters, digits and inner hyphens, at most 63/
    await refuseUp(found('--mesh-name', 'Évil Näme'), name)
    await refuseUp(found('--mesh-name', ''), name)
    await refuseUp(found('--mesh-name', 'a'.repeat(5_000)), name)
    await refuseUp(found('--node-name', 'a'.repeat(5_000)), name)
    await refuseUp(found('--node-name', '../../etc'), name)
    await refuseUp(found('--socket', `/${'s'.repeat(200)}`), /longer than the system's 107 bytes/)
    assert.ok(!existsSync(dirOf('attic')))
    await refuseUp(found('--listen', '192.0.2.77:1'), /this machine does not have it/)
    await refuseUp(found('--listen', '127.0.0.1:99999'), /there is no port 99999/)
    await refuseUp(found('--at', 'nobody:here'), /the address nobody:here cannot be used/)
    assert.ok(!existsSync(dirOf('attic/mesh.json')))
  })

  it('a place that cannot be a data directory is refused with the reason', async () => {
    await writeFile(dirOf('file'), 'not a directory')
    const line = /the data directory [^ ]+ cannot be used: .*Make it a directory that this user may write/
    await refuseUp(['--init', '--data-dir', dirOf('file')], line)
    await refuseUp(['--init', '--data-dir', dirOf('file/below')], line)
    await refuseUp(['--init', '--data-dir', '/proc/coterie'], line)
    await refuseUp(['--init', '--data-dir', '/sys/coterie/below'], line)
    await refuseUp(found('--run-dir', '/proc/coterie/below'), /no socket can be made at .*ENOENT/)
  })

  it('something else at the place of the socket is left alone', async () => {
    await mkdir(dirOf('run'))
    await writeFile(dirOf('run/coterie.sock'), 'precious')
    const before = await fingerprint(dirOf('run'))
    await refuseUp(found('--run-dir', dirOf('run')), /something else is there, which is left alone/)
    assert.deepEqual(await fingerprint(dirOf('run')), before)
    assert.ok(!existsSync(dirOf('attic/mesh.json')))
  })
})
