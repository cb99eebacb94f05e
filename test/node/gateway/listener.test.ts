import assert from 'node:assert/strict'
import { type OutgoingHttpHeaders, request } from 'node:http'
import { say } from '../control/wire.ts'
import { startTwoNodes, type TwoNodes } from './two-nodes.ts'

interface Reply {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly text: string
}

describe('the gateway, asked over HTTP,', () => {
  let nodes: TwoNodes
  before(async () => {
    nodes = await startTwoNodes((_request, response) => void response.end('the service itself'))
  })
  after(() => nodes.stop())

  const ask = (path: string, headers: OutgoingHttpHeaders = {}, method = 'GET', body = ''): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const host = `web.localhost:${nodes.a.port}`
      const sent = request(
        { port: nodes.a.port, path, method, headers: { host, ...headers } },
        (response) => {
          let text = ''
          response.setEncoding('utf8').on('data', (part: string) => {
            text += part
          })
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
          )
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  const codeOf = ({ text }: Reply): string => JSON.parse(text).error.code

  for (const host of [
    '127.0.0.1',
    'localhost',
    'web.localhost.example',
    'evil.example',
    'a.web.localhost',
    '',
  ]) {
    it(`refuses the host "${host}"`, async () => {
      const reply = await ask('/', { host })
      assert.equal(reply.status, 421)
      assert.equal(codeOf(reply), 'gatewayHostRefused')
    })
  }

  it('refuses a request of two hosts, and one that is meant for a proxy', async () => {
    const { port } = nodes.a
    const told = async (...lines: readonly string[]) => {
      const heard = await say({ port }, `${[...lines, 'connection: close'].join('\r\n')}\r\n\r\n`)
      return heard.match(/HTTP\/1\.1 \d+/g)
    }
    const host = `host: web.localhost:${port}`
    for (const lines of [
      ['GET / HTTP/1.1', host, 'host: evil.example'],
      ['GET / HTTP/1.1'],
      [`GET http://web.localhost:${port}/.coterie/page.css HTTP/1.1`, host],
      ['GET /.coterie/page.css HTTP/1.1', host, 'content-length: 1', 'transfer-encoding: chunked'],
    ])
      assert.deepEqual(await told(...lines), ['HTTP/1.1 400'], lines.join())
    assert.deepEqual(await say({ port }, `CONNECT evil.example:443 HTTP/1.1\r\n${host}\r\n\r\n`), '')
  })

  it('serves its page under a policy that lets nothing else run', async () => {
    const { status, headers, text } = await ask('/any/path?a=b', { accept: 'text/html' })
    assert.equal(status, 200)
    assert.match(text, /<script type="module" src="\/\.coterie\/assets\/signaling\/browser\/page\.[tj]s">/)
    assert.match(String(headers['content-security-policy']), /^default-src 'none'.*frame-ancestors 'none'/)
    assert.equal(headers['x-content-type-options'], 'nosniff')
  })

  it('tells a person about a service that there is not, on a page, and a program in JSON', async () => {
    const host = 'other.localhost'
    const page = await ask('/', { host, accept: 'text/html' })
    assert.equal(page.status, 404)
    assert.match(page.text, /this mesh has no service &#34;other&#34;\. Look at coterie ps/)
    assert.equal(
      codeOf(await ask('/.coterie/session', { host, ...JSON_TYPE }, 'POST', '{"sdp":"v=0"}')),
      'gatewayServiceUnknown',
    )
  })

  it('carries no byte of a service itself, and puts its page in no frame', async () => {
    assert.equal(codeOf(await ask('/data', { accept: '*/*' })), 'gatewayPageOnly')
    assert.equal(codeOf(await ask('/form', {}, 'POST')), 'gatewayPageOnly')
    const framed = await ask('/', { accept: 'text/html', 'sec-fetch-dest': 'iframe' })
    assert.equal(framed.status, 405)
  })

  it('serves the scripts of the page and nothing beside them', async () => {
    const [, path = ''] = /src="([^"]+)"/.exec((await ask('/', { accept: 'text/html' })).text) ?? []
    assert.match(String((await ask(path)).headers['content-type']), /^text\/javascript/)
    for (const outside of [
      'package.json',
      'node/gateway/gateway.ts',
      'signaling/browser/../../package.json',
      'signaling/browser/none.ts',
    ])
      assert.equal((await ask(`/.coterie/assets/${outside}`)).status, 405, outside)
  })

  it('gives no session to the page of another origin, nor to a form', async () => {
    const origin = { ...JSON_TYPE, origin: 'http://other.localhost' }
    assert.equal(
      codeOf(await ask('/.coterie/session', origin, 'POST', '{"sdp":"v=0"}')),
      'gatewayOriginRefused',
    )
    assert.equal(codeOf(await ask('/.coterie/session', {}, 'POST', '{"sdp":"v=0"}')), 'offerRefused')
  })

  for (const [what, body, code] of [
    ['not JSON', '{', 'offerRefused'],
    ['no sdp', '{}', 'offerRefused'],
    ['an sdp that is not one', '{"sdp":"hello"}', 'offerRefused'],
    ['an sdp over the bound', JSON.stringify({ sdp: 'a'.repeat(20_000) }), 'offerRefused'],
    ['a body without end', 'a'.repeat(100_000), 'bodyTooLarge'],
  ] as const) {
    it(`refuses an offer that is ${what}`, async () => {
      const reply = await ask('/.coterie/session', JSON_TYPE, 'POST', body)
      assert.equal(codeOf(reply), code)
      assert.equal(nodes.b.sessionCount, 0)
    })
  }
})

const JSON_TYPE = { 'content-type': 'application/json' }
