/** Path, host, origin and framing tricks against the API, byte by byte on real sockets. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { HEADER_BYTES_MAX } from '../../../node/http/limits.ts'
import { OPEN_REQUEST_BYTES_MAX, REQUEST_BYTES_MAX } from '../../../protocols/control/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import { eventually } from '../../support/eventually.ts'
import { type Fixture, startControl } from './fixture.ts'
import { handMadeUsers } from './hand-made.ts'
import { answersIn, dial, say } from './wire.ts'

describe('control: tricks over TCP', () => {
  let fixture: Fixture
  let port: number
  let bearer: string
  before(async () => {
    fixture = await startControl()
    port = fixture.control.port
    bearer = `authorization: Bearer ${await fixture.token()}`
  })
  after(() => fixture.stop())

  const own = () => `host: 127.0.0.1:${port}`
  /** The status and code of every answer to these lines, with an empty one after them, as one connection. */
  const told = async (lines: readonly string[], ...bodies: readonly string[]) => {
    const heard = await say({ port }, `${lines.join('\r\n')}\r\n\r\n`, ...bodies)
    return answersIn(heard).map(({ status, code }) => (code === null ? status : `${status} ${code}`))
  }
  /** One request for the status, with the token and these more lines. */
  const asked = (more: readonly string[], target = '/v1/status', method = 'GET') =>
    told([`${method} ${target} HTTP/1.1`, own(), bearer, 'connection: close', ...more])

  it('are told from what is plain', async () => assert.deepEqual(await asked([]), [200]))

  describe('paths', () => {
    for (const target of [
      '/v1/../v1/status',
      '/health/../v1/status',
      '/v1/%2e%2e/v1/status',
      '/%2e%2e/v1/status',
      '/v1%2fstatus',
      '/v1\\status',
      '//v1/status',
      '/v1//status',
      '/v1/status/',
      '/v1/status;a=b',
      '/v1/status%00',
      '/V1/status',
      '//127.0.0.1/v1/status',
    ])
      it(`${target} leads nowhere`, async () => {
        assert.deepEqual(await asked([], target), ['404 routeUnknown'])
      })

    it('with an encoded slash stay one name, which no project has', async () => {
      assert.deepEqual(await asked([], '/v1/services/..%2f..%2fhealth/x/url'), ['400 requestInvalid'])
    })

    it('of an open route open no other one', async () => {
      for (const target of [
        '/health/../v1/status',
        '/health%2f..%2fv1/status',
        '/health;/v1/status',
        '/%68ealth/../v1/status',
      ])
        assert.deepEqual(
          await told([`GET ${target} HTTP/1.1`, own(), 'connection: close']),
          ['401 tokenMissing'],
          target,
        )
    })

    it('that are no paths are refused, whatever host they name', async () => {
      for (const target of [
        `http://127.0.0.1:${port}/v1/status`,
        'http://evil.example/v1/status',
        'evil.example:443',
        '*',
        '?',
      ])
        assert.deepEqual(
          await asked([], target, target === '*' ? 'OPTIONS' : 'GET'),
          ['400 requestInvalid'],
          target,
        )
    })
  })

  describe('hosts', () => {
    const hosted = (...hosts: readonly string[]) =>
      told(['GET /v1/status HTTP/1.1', ...hosts, bearer, 'connection: close'])

    it('of another name are refused: a name that was rebound to this machine', async () => {
      for (const host of [
        'evil.example',
        `evil.example:${port}`,
        `127.0.0.1.evil.example:${port}`,
        `localhost.:${port}`,
        '',
      ])
        assert.deepEqual(await hosted(`host: ${host}`), ['421 hostRefused'], host)
    })

    it('that are two are refused, in whatever order and case', async () => {
      for (const [first, second] of [
        [own(), 'host: evil.example'],
        ['HOST: evil.example', own()],
        [own(), own()],
      ])
        assert.deepEqual(await hosted(first as string, second as string), ['400 requestInvalid'])
    })

    it('that are two are seen behind any number of headers, and so is an origin', async () => {
      const many = Array<string>(1_500).fill('a:')
      assert.deepEqual(await hosted(own(), ...many), [200])
      assert.deepEqual(await hosted(own(), ...many, 'host: evil.example'), ['400 requestInvalid'])
      assert.deepEqual(await hosted(own(), ...many, 'origin: http://evil.example'), ['403 originRefused'])
    })

    it('that are none are refused', async () => {
      assert.deepEqual(await hosted(), ['400 requestInvalid'])
      assert.deepEqual(await told(['GET /v1/status HTTP/1.0', bearer]), ['400 requestInvalid'])
    })

    it('that a proxy would tell of change nothing', async () => {
      const forwarded = [`x-forwarded-host: 127.0.0.1:${port}`, `forwarded: host=127.0.0.1:${port}`]
      assert.deepEqual(await hosted('host: evil.example', ...forwarded), ['421 hostRefused'])
      assert.deepEqual(await asked(['x-forwarded-host: evil.example', 'x-forwarded-for: 192.0.2.1']), [200])
    })
  })

  describe('pages', () => {
    it('of other origins are refused, those without a name too', async () => {
      for (const origin of [
        'null',
        'http://evil.example',
        `http://127.0.0.1:${port + 1}`,
        `http://127.0.0.1:${port}.evil.example`,
        `http://localhost:${port}`,
        `https://127.0.0.1:${port}`,
        `http://127.0.0.1:${port}/`,
        `HTTP://127.0.0.1:${port}, http://evil.example`,
        '',
      ])
        assert.deepEqual(await asked([`origin: ${origin}`]), ['403 originRefused'], origin)
      assert.deepEqual(await asked([`origin: http://127.0.0.1:${port}`]), [200])
    })

    it('that ask beforehand are told nothing that would let them in', async () => {
      const heard = await say(
        { port },
        `OPTIONS /v1/apply HTTP/1.1\r\n${own()}\r\norigin: http://evil.example\r\naccess-control-request-method: POST\r\nconnection: close\r\n\r\n`,
      )
      assert.match(heard, /^HTTP\/1\.1 403 /)
      assert.doesNotMatch(heard, /access-control-/i)
    })

    it('that ask for an upgrade are held to the same', async () => {
      const upgrade = [
        'upgrade: websocket',
        'sec-websocket-version: 13',
        'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
      ]
      const upgraded = (more: readonly string[]) =>
        told(['GET /v1/events HTTP/1.1', own(), 'connection: upgrade, close', ...upgrade, ...more])
      assert.deepEqual(await upgraded(['origin: http://evil.example', bearer]), ['403 originRefused'])
      assert.deepEqual(await upgraded(['origin: null', bearer]), ['403 originRefused'])
      assert.deepEqual(await upgraded([]), ['401 tokenMissing'])
      assert.deepEqual(await asked([...upgrade, 'connection: upgrade']), [200])
    })
  })

  describe('methods', () => {
    it('that a route does not have are not there', async () => {
      for (const method of ['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'])
        assert.match(String((await asked(['content-length: 0'], '/v1/status', method))[0]), /^404/, method)
    })

    it('of a proxy end the connection', async () => {
      assert.equal(await say({ port }, `CONNECT evil.example:443 HTTP/1.1\r\n${own()}\r\n\r\n`), '')
    })

    it('cannot be put on over another one', async () => {
      const over = ['x-http-method-override: DELETE', 'x-method-override: DELETE']
      assert.deepEqual(await asked([...over, 'content-length: 0'], '/v1/services/shop/web', 'POST'), [
        '404 routeUnknown',
      ])
    })
  })

  describe('bodies', () => {
    const leave = ['POST /v1/leave HTTP/1.1', 'content-type: application/json']
    const json = `"${'x'.repeat(REQUEST_BYTES_MAX)}"`

    it('of two lengths are refused, and nothing of them becomes another request', async () => {
      const smuggled = 'GET /health HTTP/1.1\r\nhost: x\r\n\r\n'
      for (const framing of [
        ['content-length: 4', 'transfer-encoding: chunked'],
        ['transfer-encoding: chunked', 'content-length: 4'],
        ['content-length: 4', 'content-length: 40'],
        ['content-length: 4, 40'],
        ['content-length: +4'],
        ['content-length: -1'],
        ['content-length: 0x4'],
        ['transfer-encoding: chunked, identity'],
        ['transfer-encoding: identity'],
        ['transfer-encoding: xchunked'],
        ['transfer-encoding: chunked', 'transfer-encoding: identity'],
        ['transfer-encoding : chunked'],
        ['content-length: 4', 'x: a\nb: c'],
      ])
        assert.deepEqual(
          await told([...leave, own(), bearer, ...framing], `0\r\n\r\n${smuggled}`),
          ['400 requestInvalid'],
          framing.join(),
        )
    })

    it('over the limit are refused by their length, before they come', async () => {
      const length = `content-length: ${REQUEST_BYTES_MAX + 1}`
      assert.deepEqual(await told([...leave, own(), bearer, length]), ['413 bodyTooLarge'])
    })

    it('of just the limit are read', async () => {
      const whole = `"${'x'.repeat(REQUEST_BYTES_MAX - 2)}"`
      const length = `content-length: ${REQUEST_BYTES_MAX}`
      const lines = [...leave, own(), bearer, 'connection: close', length]
      assert.deepEqual(await told(lines, whole), ['400 requestInvalid'])
    })

    it('of who logs in may be small alone: whoever can connect may send one', async () => {
      const heard = await say(
        { port },
        `POST /v1/login/password HTTP/1.1\r\n${own()}\r\ncontent-type: application/json\r\ncontent-length: ${OPEN_REQUEST_BYTES_MAX + 1}\r\n\r\n`,
      )
      assert.match(heard, /^HTTP\/1\.1 413 [\s\S]*over 16384 bytes/)
    })

    it('over the limit in chunks are refused as they come', async () => {
      const chunk = `${json.length.toString(16)}\r\n${json}\r\n`
      assert.deepEqual(await told([...leave, own(), bearer, 'transfer-encoding: chunked'], chunk), [
        '413 bodyTooLarge',
      ])
    })

    it('of strangers are refused before they come', async () => {
      const length = `content-length: ${2 ** 40}`
      assert.deepEqual(await told([...leave, own(), 'connection: close', length]), ['401 tokenMissing'])
    })

    it('with chunks of no length are no HTTP', async () => {
      const answer = await told([...leave, own(), bearer, 'transfer-encoding: chunked'], 'zz\r\n\r\n')
      assert.deepEqual(answer, ['400 requestInvalid'])
    })
  })

  describe('headers', () => {
    it('over the limit are refused, in one piece or in many', async () => {
      assert.deepEqual(await asked([`x: ${'x'.repeat(HEADER_BYTES_MAX)}`]), ['400 requestInvalid'])
      const many = Array.from({ length: HEADER_BYTES_MAX / 8 }, (_, at) => `x-${at}: 123456`)
      assert.deepEqual(await asked(many), ['400 requestInvalid'])
      assert.deepEqual(await asked([], `/v1/status?${'x'.repeat(HEADER_BYTES_MAX)}`), ['400 requestInvalid'])
    })

    it('that expect what nobody knows change nothing', async () => {
      assert.deepEqual(await asked(['expect: the-unexpected']), [200])
    })

    it('with a token twice count the first alone, and folded lines are no HTTP', async () => {
      const twice = ['GET /v1/status HTTP/1.1', own(), 'authorization: Bearer x', bearer, 'connection: close']
      assert.deepEqual(await told(twice), ['401 tokenMissing'])
      assert.deepEqual(await asked(['x: a', ' b']), ['400 requestInvalid'])
    })
  })

  it('and plain requests alike are answered with what tells a browser to do nothing with it', async () => {
    const hear = async (...lines: readonly string[]) => {
      const heard = await say({ port }, `${[...lines, 'connection: close'].join('\r\n')}\r\n\r\n`)
      // Of a stream the head is enough.
      return answersIn(`${heard.split('\r\n\r\n')[0]}\r\n\r\n`)
    }
    const heard = [
      await hear('GET /v1/status HTTP/1.1', own(), bearer),
      await hear('GET /v1/events HTTP/1.1', own(), bearer),
      await hear('GET /v1/nothing HTTP/1.1', own()),
      await hear('GET /v1/%zz HTTP/1.1', own()),
      await hear('GET / HTTP/1.1', 'host: evil.example'),
      await hear('nonsense'),
    ].flat()
    assert.deepEqual(
      heard.map(({ status }) => status),
      [200, 200, 401, 400, 421, 400],
    )
    for (const { head } of heard) {
      assert.match(head, /^content-security-policy: default-src 'none';.*frame-ancestors 'none'/im)
      assert.match(head, /^x-content-type-options: nosniff/im)
      assert.match(head, /^cache-control: no-store/im)
      assert.match(head, /^cross-origin-resource-policy: same-origin/im)
      assert.match(head, /^referrer-policy: no-referrer/im)
      assert.doesNotMatch(head, /^(set-cookie|access-control-|server|x-powered-by)/im)
    }
  })
})

describe('control: who hangs up before the answer', () => {
  it('is counted as somebody on the network all the same, not as who opened the unix socket', async () => {
    const clients: unknown[] = []
    const fixture = await startControl({
      users: {
        ...handMadeUsers,
        loginByPassword: async (_login, client) => {
          clients.push(client)
          throw new CoterieError('loginRefused', {})
        },
      },
    })
    try {
      const body = '{"user": "ada", "password": "guess"}'
      const socket = dial(fixture.control)
      await once(socket, 'connect')
      socket.write(
        `POST /v1/login/password HTTP/1.1\r\nhost: 127.0.0.1:${fixture.control.port}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
        () => socket.resetAndDestroy(),
      )
      await eventually('the attempt is there', () => clients.length === 1)
      assert.notEqual(clients[0], null)
    } finally {
      await fixture.stop()
    }
  })
})
