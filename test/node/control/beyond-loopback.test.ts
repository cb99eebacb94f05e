/** The API where other machines reach it; they are other addresses of loopback here. */
import assert from 'node:assert/strict'
import { chmod, writeFile } from 'node:fs/promises'
import { Agent, type RequestOptions, request } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { HttpsIdentity } from '../../../node/http/index.ts'
import { CLIENT_REQUEST_RATE, REFUSED_COST } from '../../../node/http/limits.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import { type MadeCertificate, makeCertificate } from '../../support/certificates.ts'
import { requires } from '../../support/requirements.ts'
import { scratchDir } from '../../support/scratch.ts'
import { type Fixture, type FixtureOptions, METRICS, NODE, startControl } from './fixture.ts'
import { answersIn, say } from './wire.ts'

const TOKEN = '0123456789abcdef0123456789abcdef'

describe('control: beyond loopback', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  let made: MadeCertificate
  let identity: HttpsIdentity
  let fixture: Fixture | null = null
  let tokenPath: string

  before(async function () {
    requires(this, 'openssl')
    scratch = await scratchDir()
    made = await makeCertificate(scratch.path, 'attic', ['attic.example', '*.coterie.example'])
    identity = { https: () => made, onRenewed: () => () => undefined }
    tokenPath = join(scratch.path, 'given-token')
    await writeFile(tokenPath, `${TOKEN}\n`, { mode: 0o600 })
  })
  after(() => scratch?.remove())
  afterEach(async () => {
    await fixture?.stop()
    fixture = null
  })

  const start = async (options: FixtureOptions = {}): Promise<Fixture> => {
    fixture = await startControl({ host: '0.0.0.0', identity, ...options })
    return fixture
  }

  interface Asked extends RequestOptions {
    readonly token?: string
    readonly host?: string
  }
  /** From another address than the door's own, unless it is given. */
  const ask = async (path: string, { token, host, headers, ...more }: Asked = {}) => {
    const port = more.port ?? fixture?.control.port
    const given = {
      host: '127.0.0.1',
      port,
      path,
      agent: false,
      ca: made.certificate,
      servername: 'attic.example',
      localAddress: '127.0.0.2',
      headers: {
        ...(host !== undefined && { host }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...more,
    }
    return await new Promise<{
      status: number
      code: string | null
      text: string
      retryAfter: string | undefined
    }>((resolve, reject) => {
      const sent = request(given, (response) => {
        text(response).then((body) => {
          const code = response.headers['content-type']?.startsWith('application/json')
            ? JSON.parse(body).code
            : null
          const { statusCode: status = 0 } = response
          resolve({ status, code: code ?? null, text: body, retryAfter: response.headers['retry-after'] })
        }, reject)
      })
      sent.once('error', reject).end()
    })
  }

  it('nothing is answered that is not TLS', async () => {
    const { control } = await start({ givenTokenPath: tokenPath })
    const plain = `GET /health HTTP/1.1\r\nhost: 127.0.0.1:${control.port}\r\n\r\n`
    assert.doesNotMatch(await say({ port: control.port }, plain), /HTTP/)
    assert.equal(control.url, `https://127.0.0.1:${control.port}`)
  })

  it('without a given token only what anybody may see is there, whoever asks with whatever', async () => {
    const { control, dir } = await start()
    assert.equal(control.tokenPath, null)
    // A token of this machine, as it is left by a start on loopback.
    await (await startControl({ dir, port: 0, host: '127.0.0.1' }).catch(() => null))?.stop()
    assert.deepEqual(JSON.parse((await ask('/health')).text), { status: 'ok', node: NODE, version: '1.2.3' })
    assert.equal((await ask('/ready')).status, 200)
    for (const path of ['/v1/status', '/cluster/status', '/metrics', '/v1/openapi.json', '/v1/nothing']) {
      for (const token of [undefined, '', TOKEN]) {
        const { status, code, text: body } = await ask(path, token === undefined ? {} : { token })
        assert.deepEqual([status, code], [401, 'tokenMissing'], path)
        assert.ok(!body.includes(dir), 'no path of this machine is told')
      }
    }
  })

  it('the token of this machine opens nothing, and a given one everything', async () => {
    const local = await startControl({ dir: scratch.path })
    const token = await local.token()
    await local.stop()
    await start({ givenTokenPath: tokenPath, dir: scratch.path })
    assert.equal((await ask('/v1/status', { token })).code, 'tokenMissing')
    assert.equal((await ask('/v1/status', { token: TOKEN })).status, 200)
    assert.equal((await ask('/v1/status', { token: TOKEN.toUpperCase() })).code, 'tokenMissing')
    assert.equal(
      (await ask('/v1/status', { token: `${TOKEN}\0` }).catch(() => ({ code: 'tokenMissing' }))).code,
      'tokenMissing',
    )
  })

  it('the token of the metrics opens the metrics alone', async () => {
    const { metricsToken } = await start()
    const token = await metricsToken()
    assert.equal((await ask('/metrics', { token })).text, METRICS)
    assert.equal((await ask('/v1/status', { token })).code, 'tokenMissing')
  })

  it('a given token that is short, missing or several lines is refused; one that others can read warned of', async () => {
    const path = join(scratch.path, 'odd-token')
    for (const odd of ['', 'short', `${TOKEN} ${TOKEN}`, `${TOKEN}\n${TOKEN}`, 'x'.repeat(2000)]) {
      await writeFile(path, odd)
      await assert.rejects(start({ givenTokenPath: path }), (error) =>
        isCoterieError(error, 'tokenFileUnusable'),
      )
    }
    await assert.rejects(start({ givenTokenPath: join(scratch.path, 'none') }), (error) =>
      isCoterieError(error, 'tokenFileUnusable'),
    )
    await writeFile(path, TOKEN)
    await chmod(path, 0o644)
    const { logger } = await start({ givenTokenPath: path })
    assert.match(String(logger.lines), /other users of this machine can read/)
  })

  it('hosts are the names of the certificate, the address that was dialled, and loopback', async () => {
    const { control } = await start()
    const { port } = control
    for (const host of [
      'attic.example',
      `attic.example:${port}`,
      'ATTIC.example:443',
      'kitchen.coterie.example',
      `127.0.0.1:${port}`,
      'localhost',
      `[::1]:${port}`,
    ])
      assert.equal((await ask('/health', { host })).status, 200, host)
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      'attic.example.evil.example',
      'a.b.coterie.example',
      '192.0.2.7',
      '127.0.0.9',
      'attic.example:',
      'attic.example:80:80',
      'attic.example@evil.example',
      '[::1',
    ])
      assert.equal((await ask('/health', { host })).code, 'hostRefused', host)
    const dialled = await ask('/health', {
      hostname: '127.0.0.9',
      host: `127.0.0.9:${port}`,
    })
    assert.equal(dialled.status, 200)
  })

  it('pages are those of the host that is asked, by TLS', async () => {
    const { control } = await start()
    const host = `attic.example:${control.port}`
    const from = (origin: string) => ask('/health', { host, headers: { origin } })
    assert.equal((await from(`https://${host}`)).status, 200)
    for (const origin of [
      `http://${host}`,
      'https://attic.example',
      `https://attic.example:${control.port + 1}`,
      'null',
      'https://evil.example',
    ])
      assert.equal((await from(origin)).code, 'originRefused', origin)
  })

  describe('a client', () => {
    /** So that its requests are counted, and not its connections. */
    let agent: Agent
    beforeEach(() => {
      agent = new Agent({ keepAlive: true, maxSockets: 1 })
    })
    afterEach(() => agent.destroy())

    it('that asks too much is told to wait, and no other one', async () => {
      await start({ givenTokenPath: tokenPath, clock: { nowMs: () => 0 } })
      for (let left = CLIENT_REQUEST_RATE.atOnce; left > 0; left -= 1)
        assert.equal((await ask('/health', { agent })).status, 200)
      const refused = await ask('/v1/status', { token: TOKEN, agent })
      assert.deepEqual([refused.status, refused.code, refused.retryAfter], [429, 'requestsTooMany', '1'])
      assert.equal((await ask('/v1/status', { token: TOKEN, localAddress: '127.0.0.3' })).status, 200)
    })

    it('that guesses has few guesses', async () => {
      await start({ givenTokenPath: tokenPath, clock: { nowMs: () => 0 } })
      for (let left = CLIENT_REQUEST_RATE.atOnce; left > 0; left -= REFUSED_COST)
        assert.equal((await ask('/v1/status', { token: 'x', agent })).status, 401)
      assert.equal((await ask('/v1/status', { token: TOKEN, agent })).code, 'requestsTooMany')
    })
  })

  it('metrics have TLS on a port of their own, and need no token', async () => {
    const { control } = await start({ host: '127.0.0.1', metricsDoor: { host: '0.0.0.0', port: 0 } })
    const port = control.metricsPort as number
    assert.equal((await ask('/metrics', { port, host: 'shed.lan:9090' })).text, METRICS)
    assert.equal(
      (await ask('/metrics', { port, headers: { origin: 'https://shed.lan' } })).code,
      'originRefused',
    )
    assert.equal((await ask('/health', { port })).code, 'routeUnknown')
    assert.doesNotMatch(await say({ port }, 'GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n'), /HTTP/)
  })

  it('on loopback TLS is spoken where it is wanted, with the token of this machine', async () => {
    const { control, token } = await start({ host: '127.0.0.1', tls: true })
    assert.match(control.url, /^https:/)
    const asked = { token: await token(), localAddress: '127.0.0.1' }
    for (let times = 0; times <= CLIENT_REQUEST_RATE.atOnce; times += 100)
      assert.equal((await ask('/v1/status', asked)).status, 200)
  })

  it('the tricks of the plain door are of no more use', async () => {
    const { port } = (await start({ givenTokenPath: tokenPath })).control
    const told = async (...lines: readonly string[]) =>
      answersIn(
        await say(
          { port, secure: true },
          `${[...lines, `authorization: Bearer ${TOKEN}`, 'connection: close'].join('\r\n')}\r\n\r\n`,
        ),
      ).map(({ status }) => status)
    const own = `host: attic.example:${port}`
    assert.deepEqual(await told('GET /v1/status HTTP/1.1', own), [200])
    assert.deepEqual(await told('GET /v1/status HTTP/1.1', own, 'host: evil.example'), [400])
    assert.deepEqual(await told('GET https://attic.example/v1/status HTTP/1.1', own), [400])
    assert.deepEqual(await told('GET /health/../v1/status HTTP/1.1', own), [404])
    assert.deepEqual(
      await told(
        'GET /v1/events HTTP/1.1',
        own,
        'connection: upgrade',
        'upgrade: websocket',
        'origin: https://evil.example',
      ),
      [403],
    )
    assert.deepEqual(
      await told('POST /v1/leave HTTP/1.1', own, 'content-length: 2', 'transfer-encoding: chunked'),
      [400],
    )
  })
})
