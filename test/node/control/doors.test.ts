import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, readFile, stat, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { dirname } from 'node:path'
import { certifiedHosts, loopbackHosts } from '../../../node/control/guard.ts'
import { errorBody, isCoterieError } from '../../../protocols/errors/index.ts'
import { scratchDir } from '../../support/scratch.ts'
import { ask, type Fixture, NODE, type RawRequest, startControl } from './fixture.ts'

describe('control: over TCP', () => {
  let fixture: Fixture
  let bearer: Record<string, string>

  before(async () => {
    fixture = await startControl()
    bearer = { authorization: `Bearer ${await fixture.token()}` }
  })
  after(() => fixture.stop())

  const byPort = (headers: Record<string, string>, path = '/v1/status', more: Partial<RawRequest> = {}) =>
    ask({ port: fixture.control.port, path, headers, ...more })

  it('answers who brings the token', async () => {
    const { status, body, headers } = await byPort(bearer)
    assert.equal(status, 200)
    assert.equal((body.node as { id: string }).id, NODE)
    assert.equal(headers['cache-control'], 'no-store')
  })

  it('turns away who brings none, or another', async () => {
    const wrong = ['Bearer x', `Basic ${await fixture.token()}`, `Bearer ${await fixture.token()}x`, 'Bearer']
    for (const headers of [{}, ...wrong.map((authorization) => ({ authorization }))]) {
      const { status, body } = await byPort(headers)
      assert.equal(status, 401)
      assert.equal(body.code, 'tokenMissing')
    }
  })

  it('says that it is healthy without a token', async () => {
    const { status, body } = await byPort({}, '/health')
    assert.equal(status, 200)
    assert.deepEqual(body, { status: 'ok', node: NODE, version: '1.2.3' })
  })

  it('does not tell strangers which routes there are', async () => {
    assert.equal((await byPort({}, '/v1/nothing')).body.code, 'tokenMissing')
  })

  it('answers only for its own names and port', async () => {
    const { port } = fixture.control
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, `LOCALHOST:${port}`])
      assert.equal((await byPort({ ...bearer, host })).status, 200, host)
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', `127.0.0.1:${port + 1}`]) {
      const { status, body } = await byPort({ ...bearer, host })
      assert.equal(status, 421, host)
      assert.equal(body.code, 'hostRefused')
    }
    assert.equal((await byPort({ host: `evil.example:${port}` }, '/health')).body.code, 'hostRefused')
  })

  it('has one way to write an IPv6 address as its name', () => {
    const isLoopback = loopbackHosts('::1', () => 8080)
    const isDialled = (host: string) => certifiedHosts(() => false)(host, 'fd00::7')
    assert.ok(['[::1]:8080', 'localhost:8080'].every((host) => isLoopback(host, '::1')))
    assert.ok(['[fd00::7]', '[fd00::7]:8080', '[::1]:443'].every(isDialled))
    for (const host of [
      ...['::1:8080', '[::1]', '[::1]:80', '[::1]:08080', '[0:0:0:0:0:0:0:1]:8080', '[::]:8080'],
      ...['[::ffff:127.0.0.1]:8080', '[::1%lo]:8080', '[::1]:8080:8080', '[::1]:8080@evil.example'],
    ])
      assert.equal(isLoopback(host, '::1'), false, host)
    for (const host of ['fd00::7', '[fd00::8]', '[fd00::7', '[fd00::7]:', '[fd00::7]x', '[fd00::7]:123456'])
      assert.equal(isDialled(host), false, host)
  })

  it('refuses web pages of other origins', async () => {
    const { port } = fixture.control
    const own = { host: `localhost:${port}`, origin: `http://localhost:${port}` }
    assert.equal((await byPort({ ...bearer, ...own })).status, 200)
    const other = `http://localhost:${port}`
    for (const origin of [
      'http://evil.example',
      'null',
      `https://127.0.0.1:${port}`,
      'http://127.0.0.1',
      other,
    ]) {
      const { status, body } = await byPort({ ...bearer, origin })
      assert.equal(status, 403, origin)
      assert.equal(body.code, 'originRefused')
    }
  })
})

describe('control: over the unix socket', () => {
  let fixture: Fixture
  before(async () => {
    fixture = await startControl()
  })
  after(() => fixture.stop())

  it('asks for no token, whatever the Host', async () => {
    for (const host of ['localhost', 'd'])
      assert.equal(
        (await ask({ socketPath: fixture.socketPath, path: '/v1/status', headers: { host } })).status,
        200,
      )
  })

  it('refuses any Origin, since no web page lives on a socket', async () => {
    const { body } = await ask({
      socketPath: fixture.socketPath,
      path: '/v1/status',
      headers: { origin: 'http://localhost' },
    })
    assert.equal(body.code, 'originRefused')
  })

  it('belongs to its owner alone', async () => {
    assert.equal((await stat(fixture.socketPath)).mode & 0o777, 0o600)
    assert.equal((await stat(dirname(fixture.socketPath))).mode & 0o777, 0o700)
    assert.equal((await stat(fixture.tokenPath)).mode & 0o777, 0o600)
  })
})

describe('control: taking its places', () => {
  let dir: string
  let remove: () => Promise<void>
  beforeEach(async () => {
    const scratch = await scratchDir()
    dir = scratch.path
    remove = scratch.remove
  })
  afterEach(() => remove())

  it('replaces the socket of a dead daemon', async () => {
    const { socketPath, control } = await startControl({ dir })
    await control.stop()
    // Ends without closing, as a killed daemon does.
    const script = `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`
    spawnSync(process.execPath, ['-e', script, socketPath])
    assert.ok((await stat(socketPath)).isSocket())
    const fixture = await startControl({ dir })
    assert.equal((await ask({ socketPath, path: '/health' })).status, 200)
    await fixture.stop()
    await assert.rejects(stat(socketPath), { code: 'ENOENT' })
  })

  it('leaves the socket of a living daemon alone, and opens nothing', async () => {
    const first = await startControl({ dir })
    try {
      await assert.rejects(startControl({ dir }), (error) => isCoterieError(error, 'socketInUse'))
      assert.equal((await ask({ socketPath: first.socketPath, path: '/health' })).status, 200)
    } finally {
      await first.stop()
    }
  })

  it('leaves a file at the place of the socket alone', async () => {
    const { socketPath, control } = await startControl({ dir })
    await control.stop()
    await writeFile(socketPath, 'precious')
    await assert.rejects(startControl({ dir }), (error) => isCoterieError(error, 'socketUnusable'))
    assert.equal(await readFile(socketPath, 'utf8'), 'precious')
  })

  it('names who holds its port', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await once(holder, 'listening')
    const { port } = holder.address() as AddressInfo
    try {
      await assert.rejects(
        startControl({ dir, port, portOwner: async () => 'nginx (process 7)' }),
        (error) => {
          assert.ok(isCoterieError(error, 'portInUse'))
          assert.equal(errorBody(error).message, `port ${port} on 127.0.0.1 is taken by nginx (process 7)`)
          return true
        },
      )
    } finally {
      holder.close()
    }
  })

  it('keeps its token over a restart, but not one that others could read', async () => {
    const first = await startControl({ dir })
    const token = await first.token()
    await first.stop()
    const second = await startControl({ dir })
    assert.equal(await second.token(), token)
    await second.stop()
    await chmod(second.tokenPath, 0o644)
    const third = await startControl({ dir })
    assert.notEqual(await third.token(), token)
    assert.equal((await stat(third.tokenPath)).mode & 0o777, 0o600)
    assert.ok(third.logger.lines.some((line) => line.includes('is replaced')))
    await third.stop()
  })
})
