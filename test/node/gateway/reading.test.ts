import assert from 'node:assert/strict'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import {
  fetchThroughGateway,
  type GatewayClient,
  openGatewayClient,
} from '../../../signaling/client/index.ts'
import { eventually } from '../../support/eventually.ts'
import { FILE, read, seen, service, sha256 } from './served.ts'
import { startTwoNodes, type TwoNodes } from './two-nodes.ts'

/** Looks without any movement after which a stream counts as held back. */
const STILL_LOOKS = 20

describe('a Node program reads a service of another node through its own', () => {
  let nodes: TwoNodes
  let client: GatewayClient
  const target = () => ({ gatewayUrl: `http://127.0.0.1:${nodes.a.port}`, service: 'web' })

  before(async () => {
    nodes = await startTwoNodes(service)
    client = await openGatewayClient(target())
  })
  after(async () => {
    await client?.close()
    await nodes?.stop()
  })

  it('a page, and hears the status and headers that the service gave', async () => {
    const page = await client.fetch({ path: '/hello?a=b' })
    assert.equal(page.status, 200)
    assert.match((await read(page.body)).toString(), /^GET \/hello\?a=b for 127\.0\.0\.1:\d+$/)
    const gone = await client.fetch({ path: '/status?code=410' })
    assert.equal(gone.status, 410)
  })

  it('a file of some megabytes, whole', async () => {
    const { body } = await client.fetch({ path: '/file' })
    assert.equal(sha256(await read(body)), sha256(FILE))
  })

  it('an answer to a body that streams up while the answer streams down', async () => {
    const upload = async function* (): AsyncGenerator<Uint8Array> {
      for (let offset = 0; offset < FILE.byteLength; offset += 100_000)
        yield FILE.subarray(offset, offset + 100_000)
    }
    const { body } = await client.fetch({ path: '/echo', method: 'POST', body: upload() })
    assert.equal(sha256(await read(body)), sha256(FILE))
  })

  it('an answer to a small body, which the service gets with its length', async () => {
    const upload = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('name=value')
    }
    const response = await client.fetch({ path: '/echo', method: 'PUT', body: upload() })
    assert.deepEqual(
      response.headers.find(([name]) => name === 'x-length'),
      ['x-length', '10'],
    )
    assert.equal((await read(response.body)).toString(), 'name=value')
  })

  it('many things at once on one channel', async () => {
    const paths = Array.from({ length: 24 }, (_, index) => (index % 6 === 0 ? '/file' : `/page-${index}`))
    const bodies = await Promise.all(paths.map(async (path) => read((await client.fetch({ path })).body)))
    paths.forEach((path, index) => {
      const body = bodies[index] as Buffer
      if (path === '/file') assert.equal(sha256(body), sha256(FILE))
      else assert.match(body.toString(), new RegExp(`^GET ${path} `))
    })
  })

  it('and stops the service when it stops reading, and ends its connection when it leaves', async () => {
    const { body } = await client.fetch({ path: '/endless' })
    const reader = body.getReader()
    await reader.read()
    // Buffers on the way fill up, then nothing moves: the service has sent as much at many looks in a row.
    let before = -1
    let still = 0
    await eventually('the service to be held back', () => {
      still = seen.sentBytes === before ? still + 1 : 0
      before = seen.sentBytes
      return still >= STILL_LOOKS
    })
    assert.ok(seen.sentBytes < 32_000_000, `${seen.sentBytes} bytes were sent to nobody`)
    await reader.cancel()
    await eventually('the connection to end', () => seen.openDownloads === 0)
    assert.match((await read((await client.fetch({ path: '/after' })).body)).toString(), /after/)
  })

  it('a refusal that comes before the end of its upload', async () => {
    const upload = async function* (): AsyncGenerator<Uint8Array> {
      for (;;) yield FILE.subarray(0, 200_000)
    }
    const response = await client.fetch({ path: '/refuses', method: 'POST', body: upload() })
    assert.equal(response.status, 413)
    assert.equal((await read(response.body)).toString(), 'too much')
  })

  it('half an answer of a service that goes away, and then its error', async () => {
    const { body } = await client.fetch({ path: '/dies' })
    await assert.rejects(read(body), (error) => isCoterieError(error, 'upstreamBroke'))
  })

  it('with one call, whose session ends with the body', async () => {
    const sessions = nodes.b.sessionCount
    const { body } = await fetchThroughGateway({ ...target(), path: '/once' })
    assert.match((await read(body)).toString(), /once/)
    await eventually('the session to end', () => nodes.b.sessionCount === sessions)
  })

  it('not, when its own program ends in the middle of a download', async () => {
    const leaving = await openGatewayClient(target())
    await (await leaving.fetch({ path: '/endless' })).body.getReader().read()
    assert.equal(seen.openDownloads, 1)
    await leaving.close()
    await eventually('the connection to end', () => seen.openDownloads === 0)
  })
})
