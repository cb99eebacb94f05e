import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { checkDoors } from '../../../node/control/index.ts'
import { CoterieError, errorBody, isCoterieError } from '../../../protocols/errors/index.ts'
import { scratchDir } from '../../support/scratch.ts'
import { ask, askText, type Fixture, METRICS, NODE, startControl } from './fixture.ts'

const TYPE = 'text/plain; version=0.0.4; charset=utf-8'
const HERE = { host: '127.0.0.1', port: 0 }

describe('control: metrics', () => {
  let fixture: Fixture
  before(async () => {
    fixture = await startControl({ metricsDoor: HERE })
  })
  after(() => fixture.stop())

  const own = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    askText({ port: fixture.control.metricsPort as number, path, headers, method })

  it("are text in Prometheus's form, on the socket and with the token", async () => {
    const bySocket = await askText({ socketPath: fixture.socketPath, path: '/metrics' })
    assert.deepEqual([bySocket.status, bySocket.text], [200, METRICS])
    assert.equal(bySocket.headers['content-type'], TYPE)
    assert.equal(bySocket.headers['cache-control'], 'no-store')
    const { port } = fixture.control
    const headers = { authorization: `Bearer ${await fixture.token()}` }
    assert.equal((await askText({ port, path: '/metrics', headers })).text, METRICS)
    assert.equal((await ask({ port, path: '/metrics' })).body.code, 'tokenMissing')
  })

  it('are served without a token on a port of their own', async () => {
    const { status, headers, text } = await own('/metrics')
    assert.deepEqual([status, headers['content-type'], text], [200, TYPE, METRICS])
  })

  it('are all that there is on that port', async () => {
    for (const path of [
      '/',
      '/health',
      '/ready',
      '/v1/status',
      '/metrics/',
      '/v1/leave',
      '/cluster/status',
    ]) {
      const { status, text } = await own(path)
      assert.deepEqual([status, JSON.parse(text).code], [404, 'routeUnknown'], path)
    }
    for (const method of ['POST', 'DELETE', 'OPTIONS'])
      assert.equal((await own('/metrics', {}, method)).status, 404, method)
  })

  it('are not for web pages, nor for names rebound to loopback', async () => {
    const port = fixture.control.metricsPort
    for (const origin of ['http://evil.example', 'null', `http://localhost:${port}`]) {
      const { status, text } = await own('/metrics', { origin })
      assert.deepEqual([status, JSON.parse(text).code], [403, 'originRefused'], origin)
    }
    for (const host of ['evil.example', `evil.example:${port}`]) {
      const { status, text } = await own('/metrics', { host })
      assert.deepEqual([status, JSON.parse(text).code], [421, 'hostRefused'], host)
    }
    assert.equal((await own('/metrics', { host: `localhost:${port}` })).status, 200)
  })

  it('have a token of their own at the API, which opens nothing else', async () => {
    const { port } = fixture.control
    const headers = { authorization: `Bearer ${await fixture.metricsToken()}` }
    assert.equal((await askText({ port, path: '/metrics', headers })).text, METRICS)
    for (const path of ['/v1/status', '/cluster/status', '/v1/metrics', '/metrics/'])
      assert.equal((await ask({ port, path, headers })).body.code, 'tokenMissing', path)
  })

  it('have no port unless one is wanted', async () => {
    const closed = await startControl()
    try {
      assert.equal(closed.control.metricsPort, null)
    } finally {
      await closed.stop()
    }
  })
})

describe('control: the port of the metrics', () => {
  it('is named where another program has it, and nothing is left open', async () => {
    const scratch = await scratchDir()
    const holder = createServer().listen(0, '127.0.0.1')
    await once(holder, 'listening')
    const { port } = holder.address() as AddressInfo
    try {
      await assert.rejects(
        startControl({ dir: scratch.path, metricsDoor: { host: '127.0.0.1', port } }),
        (error) => isCoterieError(error, 'portInUse'),
      )
      await (await startControl({ dir: scratch.path })).stop()
    } finally {
      holder.close()
      await scratch.remove()
    }
  })

  it('is refused beforehand on an address that is not of this machine', async () => {
    const scratch = await scratchDir()
    try {
      // 192.0.2.0/24 is for documentation: nobody has it.
      const ports = [{ host: '192.0.2.1', port: 0 }]
      await assert.rejects(
        checkDoors({ socketPath: `${scratch.path}/s`, ports }, async () => null),
        (error) => {
          assert.ok(isCoterieError(error, 'doorUnusable'))
          assert.match(
            errorBody(error).message,
            /192\.0\.2\.1 cannot be listened on: this machine does not have/,
          )
          return true
        },
      )
    } finally {
      await scratch.remove()
    }
  })
})

describe('control: readiness', () => {
  it('is 200, or 503 with every reason and the next step, and needs no token', async () => {
    let error: Error | null = null
    const fixture = await startControl({
      readiness: {
        check: () => {
          if (error !== null) throw error
        },
      },
    })
    const ready = () => ask({ port: fixture.control.port, path: '/ready' })
    try {
      assert.deepEqual((await ready()).body, { status: 'ready', node: NODE })
      const reasons = [
        { reason: 'it is no member', next: 'Wait' },
        { reason: 'it knows of no leader', next: 'Look' },
      ] as const
      error = new CoterieError('notReady', { reasons })
      const { status, body } = await ready()
      assert.equal(status, 503)
      assert.equal(body.code, 'notReady')
      assert.equal(body.message, 'this node is not ready: it is no member; it knows of no leader')
      assert.equal(body.next, 'Wait')
      assert.deepEqual(body.data, { reasons })
    } finally {
      await fixture.stop()
    }
  })
})
