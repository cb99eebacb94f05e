import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { createClients, type HttpsIdentity } from '../../../node/http/index.ts'
import {
  CLIENT_CONNECTION_RATE,
  CLIENT_CONNECTIONS_MAX,
  CONNECTIONS_MAX,
  WAITS,
  type Waits,
} from '../../../node/http/limits.ts'
import { createHttpServer } from '../../../node/http/server.ts'
import { type MadeCertificate, makeCertificate } from '../../support/certificates.ts'
import { eventually } from '../../support/eventually.ts'
import { requires } from '../../support/requirements.ts'
import { scratchDir } from '../../support/scratch.ts'
import { answersIn, dial, say } from '../control/wire.ts'

const HASTY: Waits = { handshakeMs: 200, headersMs: 200, requestMs: 400, keepAliveMs: 200, lookMs: 20 }
const GET = 'GET / HTTP/1.1\r\nhost: x\r\n'

describe('an HTTP server of a node', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  let made: MadeCertificate
  let other: MadeCertificate
  let server: Server | null = null
  const sockets: Socket[] = []

  before(async function () {
    requires(this, 'openssl')
    scratch = await scratchDir()
    made = await makeCertificate(scratch.path, 'attic')
    other = await makeCertificate(scratch.path, 'cellar')
  })
  after(() => scratch?.remove())
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    server?.close()
    server?.closeAllConnections()
    server = null
  })

  const identityOf = (shown: () => MadeCertificate, listeners: (() => void)[] = []): HttpsIdentity => ({
    https: shown,
    onRenewed: (listener) => {
      listeners.push(listener)
      return () => void listeners.splice(listeners.indexOf(listener), 1)
    },
  })

  const listen = async (init: Partial<Parameters<typeof createHttpServer>[1]> = {}): Promise<number> => {
    server = createHttpServer((_request, response) => void response.end('{}'), {
      identity: null,
      clients: null,
      ...init,
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }

  const open = (port: number, from?: string): Socket => {
    const socket = dial({ port, ...(from !== undefined && { from }) })
    sockets.push(socket)
    return socket
  }
  const openCount = () =>
    new Promise<number>((resolve) => server?.getConnections((_error, count) => resolve(count)))

  describe('waits', () => {
    it('for headers no longer than it says, whether they drip or not', async () => {
      const port = await listen({ waits: HASTY })
      const drip = open(port)
      const timer = setInterval(() => drip.write('x'), 20)
      try {
        for (const heard of await Promise.all([
          say({ port }, 'GET / HT'),
          say({ port }, GET, 'x: '),
          textOf(drip),
        ]))
          assert.deepEqual(
            answersIn(heard).map(({ code }) => code),
            ['requestInvalid'],
          )
      } finally {
        clearInterval(timer)
      }
    })

    it('for a body no longer than it says', async () => {
      server = createHttpServer(
        (request, response) => void request.resume().once('end', () => response.end('{}')),
        { identity: null, clients: null, waits: HASTY },
      ).listen(0, '127.0.0.1')
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      const socket = open(port)
      socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n')
      const timer = setInterval(() => socket.write('x'), 20)
      try {
        assert.deepEqual(
          answersIn(await textOf(socket)).map(({ code }) => code),
          ['requestInvalid'],
        )
      } finally {
        clearInterval(timer)
      }
    })

    it('for nobody who says nothing, before a request and after one', async () => {
      const port = await listen({ waits: HASTY })
      await textOf(open(port))
      assert.deepEqual(
        answersIn(await say({ port }, `${GET}\r\n`)).map(({ status }) => status),
        [200],
      )
    })

    it('for a handshake no longer than it says', async () => {
      const port = await listen({ waits: HASTY, identity: identityOf(() => made) })
      await textOf(open(port))
    })

    it('for no handshake when it is closed', async () => {
      const port = await listen({ identity: identityOf(() => made) })
      const silent = open(port)
      await eventually('the connection is there', async () => (await openCount()) === 1)
      const closed = once(server as Server, 'close')
      server?.close()
      server?.closeAllConnections()
      await Promise.all([closed, textOf(silent)])
    })
  })

  describe('has places', () => {
    it('for some connections, and cuts the next ones', async () => {
      const port = await listen()
      for (let at = 0; at < CONNECTIONS_MAX; at++) open(port)
      await eventually('all are there', async () => (await openCount()) === CONNECTIONS_MAX)
      assert.equal(await say({ port }, `${GET}\r\n`), '')
      sockets.pop()?.destroy()
      await eventually('one has gone', async () => (await openCount()) < CONNECTIONS_MAX)
      assert.match(await say({ port }, `${GET}connection: close\r\n\r\n`), /^HTTP\/1\.1 200/)
    })

    it('of which one client has a part, where clients are counted', async () => {
      const port = await listen({ clients: createClients({ nowMs: () => 0 }) })
      for (let at = 0; at < 2 * CLIENT_CONNECTIONS_MAX; at++) open(port, '127.0.0.2')
      await eventually('as many as may', async () => (await openCount()) === CLIENT_CONNECTIONS_MAX)
      assert.equal(await say({ port, from: '127.0.0.2' }, `${GET}\r\n`), '')
      assert.match(
        await say({ port, from: '127.0.0.3' }, `${GET}connection: close\r\n\r\n`),
        /^HTTP\/1\.1 200/,
      )
      for (const socket of sockets.splice(0)) socket.destroy()
      await eventually('they have gone', async () => (await openCount()) === 0)
      assert.match(
        await say({ port, from: '127.0.0.2' }, `${GET}connection: close\r\n\r\n`),
        /^HTTP\/1\.1 200/,
      )
    })
  })

  it('cuts off a client that connects again and again, and no other one', async () => {
    const port = await listen({ clients: createClients({ nowMs: () => 0 }) })
    const get = (from: string) => say({ port, from }, `${GET}connection: close\r\n\r\n`)
    for (let left = CLIENT_CONNECTION_RATE.atOnce; left > 0; left -= 1)
      assert.match(await get('127.0.0.2'), /^HTTP/)
    assert.equal(await get('127.0.0.2'), '')
    assert.match(await get('127.0.0.3'), /^HTTP/)
  })

  describe('over TLS', () => {
    const handshake = async (port: number, options: ConnectionOptions = {}): Promise<TLSSocket> => {
      const socket = connect({
        port,
        host: '127.0.0.1',
        ca: [made.certificate, other.certificate],
        ...options,
      })
      sockets.push(socket)
      await once(socket, 'secureConnect')
      return socket
    }

    it('speaks version 1.3 alone', async () => {
      const port = await listen({ identity: identityOf(() => made) })
      assert.equal((await handshake(port)).getProtocol(), 'TLSv1.3')
      await assert.rejects(handshake(port, { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' }), {
        code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
      })
    })

    it('answers nothing to who speaks none', async () => {
      const port = await listen({ identity: identityOf(() => made) })
      assert.doesNotMatch(await say({ port }, `${GET}\r\n`), /HTTP/)
    })

    it('shows a renewed certificate to new connections, and keeps those that are open', async () => {
      let shown = made
      const listeners: (() => void)[] = []
      const port = await listen({
        identity: identityOf(() => shown, listeners),
        waits: { ...WAITS, keepAliveMs: 60_000 },
      })
      const before = await handshake(port)
      assert.equal(before.getPeerCertificate().subject.CN, 'attic')
      shown = other
      for (const listener of listeners) listener()
      assert.equal((await handshake(port)).getPeerCertificate().subject.CN, 'cellar')
      before.write(`${GET}connection: close\r\n\r\n`)
      assert.match(await textOf(before), /^HTTP\/1\.1 200/)
      server?.close()
      server?.closeAllConnections()
      await eventually('nobody is told of renewals any more', async () => listeners.length === 0)
    })
  })
})

/** All that comes until the other side closes. */
const textOf = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    let heard = ''
    socket.setEncoding('latin1').on('data', (part: string) => {
      heard += part
    })
    socket.once('close', () => resolve(heard))
  })
