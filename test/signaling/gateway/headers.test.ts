import assert from 'node:assert/strict'
import { pageHeaders, upstreamHeaders } from '../../../signaling/gateway/headers.ts'

const UPSTREAM = { host: '127.0.0.1', port: 8080 }

describe('headers on the way to the service', () => {
  it('name the upstream as the host, and the page as the forwarded one', () => {
    const headers = upstreamHeaders(
      [
        ['host', 'evil'],
        ['x-forwarded-host', 'web.localhost:7950'],
        ['origin', 'http://web.localhost:7950'],
        ['referer', 'http://web.localhost:7950/a?b=1'],
        ['accept-encoding', 'br'],
        ['content-length', '12'],
      ],
      UPSTREAM,
    )
    assert.deepEqual(headers, {
      host: '127.0.0.1:8080',
      'accept-encoding': 'identity',
      connection: 'keep-alive',
      'x-forwarded-host': 'web.localhost:7950',
      'x-forwarded-proto': 'http',
      origin: 'http://127.0.0.1:8080',
      referer: 'http://127.0.0.1:8080/a?b=1',
    })
  })

  it('leave the origin of another page as it is, also one that only begins alike', () => {
    for (const origin of ['http://web.localhost:79501', 'https://elsewhere.example']) {
      const headers = upstreamHeaders(
        [
          ['x-forwarded-host', 'web.localhost:7950'],
          ['origin', origin],
        ],
        UPSTREAM,
      )
      assert.equal(headers.origin, origin)
    }
  })

  it('end at this hop where they are about this hop', () => {
    const headers = upstreamHeaders(
      [
        ['connection', 'upgrade, X-Secret'],
        ['upgrade', 'h2c'],
        ['x-secret', '1'],
        ['transfer-encoding', 'chunked'],
        ['accept', '*/*'],
      ],
      UPSTREAM,
    )
    assert.deepEqual(Object.keys(headers), ['host', 'accept-encoding', 'connection', 'accept'])
  })
})

describe('headers on the way to the page', () => {
  it('keep every cookie, and turn a redirect to the upstream into one within the page', () => {
    const raw = [
      'Set-Cookie',
      'a=1',
      'Set-Cookie',
      'b=2',
      'Location',
      'http://127.0.0.1:8080/in?x',
      'Connection',
      'close',
    ]
    assert.deepEqual(pageHeaders(raw, UPSTREAM), [
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
      ['location', '/in?x'],
    ])
  })

  it('leave a redirect to elsewhere alone', () => {
    const elsewhere = 'http://127.0.0.1:80801/in'
    assert.deepEqual(pageHeaders(['Location', elsewhere], UPSTREAM), [['location', elsewhere]])
  })
})
