import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { ERRORS, isCoterieError } from '../../../protocols/errors/index.ts'
import { decodeTunnelFrame, encodeTunnelFrame, type TunnelFrame } from '../../../protocols/tunnel/index.ts'
import {
  fetchThroughGateway,
  type GatewayClient,
  openGatewayClient,
} from '../../../signaling/client/index.ts'
import { askForSession } from '../../../signaling/client/session.ts'
import { makeOffer } from '../../../signaling/gateway/werift-peer.ts'
import { SESSIONS_MAX } from '../../../signaling/index.ts'
import { eventually } from '../../support/eventually.ts'
import { startTwoNodes, type TwoNodes } from './two-nodes.ts'

const FILE = Buffer.alloc(5_000_000, 'a quite ordinary file. ')
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** What the service's server is doing, seen from the server. */
const seen = { openDownloads: 0, sentBytes: 0 }

const endless = (response: ServerResponse): void => {
  seen.openDownloads++
  seen.sentBytes = 0
  const part = Buffer.alloc(64 * 1024, 1)
  const more = (): void => {
    do seen.sentBytes += part.byteLength
    while (response.write(part))
  }
  response.on('drain', more)
  response.on('close', () => {
    seen.openDownloads--
  })
  more()
}

const service = (request: IncomingMessage, response: ServerResponse): void => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://service')
  switch (pathname) {
    case '/file':
      response.setHeader('content-type', 'application/octet-stream')
      return void response.end(FILE)
    case '/echo':
      response.setHeader('x-length', String(request.headers['content-length']))
      return void request.pipe(response)
    case '/endless':
      endless(response)
      return
    case '/dies':
      response.write('the beginning')
      return void setImmediate(() => response.destroy())
    case '/status':
      return void response.writeHead(Number(searchParams.get('code'))).end()
    case '/refuses':
      // Reads on, as a polite server does: the connection that it would close otherwise takes its answer with it.
      request.resume()
      response.writeHead(413).end('too much')
      return
    default:
      response.end(`${request.method} ${request.url} for ${request.headers.host}`)
  }
}

const read = async (body: ReadableStream<Uint8Array>): Promise<Buffer> => {
  const parts: Uint8Array[] = []
  for await (const part of body) parts.push(part)
  return Buffer.concat(parts)
}

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

describe('a channel ends with a code', () => {
  let nodes: TwoNodes
  beforeEach(async () => {
    nodes = await startTwoNodes(service)
  })
  afterEach(() => nodes.stop())

  /** Opens a channel by hand, sends these messages over it, and gives the first answer. */
  const answerTo = async (...messages: readonly Uint8Array<ArrayBuffer>[]): Promise<TunnelFrame> => {
    const answer = Promise.withResolvers<Uint8Array<ArrayBuffer>>()
    const peer = await makeOffer({
      onOpen: (channel) => {
        for (const bytes of messages) channel.send(bytes)
      },
      onMessage: answer.resolve,
      onDrained: () => undefined,
      onClosed: () => answer.reject(new Error('it closed without a word')),
    })
    try {
      await peer.accept(await askForSession(`http://127.0.0.1:${nodes.a.port}`, 'web', peer.sdp))
      return decodeTunnelFrame(await answer.promise)
    } finally {
      await peer.close()
    }
  }

  it('when what comes is no frame, and other channels go on', async () => {
    const client = await openGatewayClient({ gatewayUrl: `http://127.0.0.1:${nodes.a.port}`, service: 'web' })
    for (const garbage of [new Uint8Array([3]), new Uint8Array([99, 0, 0, 0, 1]), new Uint8Array(60_000)])
      assert.deepEqual(await answerTo(garbage), {
        type: 'reset',
        stream: 0,
        code: ERRORS.tunnelMalformed.wire,
      })
    assert.equal((await client.fetch({ path: '/' })).status, 200)
    await client.close()
  })

  it('when credit is given that nobody took', async () => {
    const head = { service: 'web', method: 'POST', path: '/echo', headers: [] }
    const open = encodeTunnelFrame({ type: 'open', stream: 1, head })
    const credit = encodeTunnelFrame({ type: 'credit', stream: 1, bytes: 1 })
    const answer = await answerTo(open, credit)
    assert.deepEqual(answer, { type: 'reset', stream: 0, code: ERRORS.tunnelCreditExceeded.wire })
  })

  it('when its node stops, at once', async () => {
    const client = await openGatewayClient({ gatewayUrl: `http://127.0.0.1:${nodes.a.port}`, service: 'web' })
    const { body } = await client.fetch({ path: '/endless' })
    const reader = body.getReader()
    await reader.read()
    await nodes.b.stop()
    const readOn = async (): Promise<void> => {
      while (!(await reader.read()).done);
    }
    await assert.rejects(readOn(), (error) => isCoterieError(error, 'channelLost'))
    await client.close()
  })
})

describe('a session is refused with a code', () => {
  let nodes: TwoNodes
  const kept: GatewayClient[] = []
  const open = (service = 'web') =>
    openGatewayClient({ gatewayUrl: `http://127.0.0.1:${nodes.a.port}`, service })
  /** One that the test need not close. */
  const openKept = async (): Promise<GatewayClient> => {
    const client = await open()
    kept.push(client)
    return client
  }

  beforeEach(async () => {
    nodes = await startTwoNodes(service)
  })
  afterEach(async () => {
    await Promise.all(kept.splice(0).map((client) => client.close()))
    await nodes.stop()
  })

  it('for a service that the mesh does not have', async () => {
    await assert.rejects(open('other'), (error) => isCoterieError(error, 'gatewayServiceUnknown'))
  })

  it('for a service without a running replica', async () => {
    nodes.nodes.splice(0)
    await assert.rejects(open(), (error) => isCoterieError(error, 'serviceNotRunning'))
  })

  it('by a node that does not run it, and another is asked', async () => {
    nodes.nodes.splice(0, 1, 'nodeA')
    await assert.rejects(
      open(),
      (error) => isCoterieError(error, 'serviceNotHere') && error.data.node === 'nodeA',
    )
    nodes.nodes.push('nodeB')
    await openKept()
  })

  it('and a session ends when the service has moved away, so that the page asks again', async () => {
    const client = await openKept()
    assert.equal((await client.fetch({ path: '/' })).status, 200)
    nodes.nodes.splice(0)
    await assert.rejects(client.fetch({ path: '/' }), (error) => isCoterieError(error, 'serviceNotRunning'))
    await eventually('the session to end', () => nodes.b.sessionCount === 0)
  })

  it('when the only node that runs it cannot be reached', async () => {
    nodes.nodes.splice(0, 1, 'nodeC')
    await assert.rejects(open(), (error) => isCoterieError(error, 'peerUnreachable'))
  })

  it('when nothing listens where the service should', async () => {
    const client = await openKept()
    nodes.server.closeAllConnections()
    await new Promise((resolve) => nodes.server.close(resolve))
    await assert.rejects(client.fetch({ path: '/' }), (error) => isCoterieError(error, 'upstreamUnreachable'))
  })

  it('when the node holds as many as it may', async () => {
    await Promise.all(Array.from({ length: SESSIONS_MAX }, () => openKept()))
    await assert.rejects(open(), (error) => isCoterieError(error, 'sessionsExhausted'))
    await Promise.all(kept.splice(0).map((client) => client.close()))
    await eventually('the sessions to end', () => nodes.b.sessionCount === 0)
  })
})
