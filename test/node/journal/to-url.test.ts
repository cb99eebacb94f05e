import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import {
  createJournal,
  createShipper,
  type Journal,
  type Shipper,
  urlDestination,
} from '../../../node/journal/index.ts'
import { BATCH_LENGTH_MAX, POST_TIMEOUT_MS } from '../../../node/journal/limits.ts'
import type { Clock } from '../../../node/ports/clock.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import { eventually } from '../../support/eventually.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'
import { realClock } from '../network/nodes.ts'
import { said } from './lines.ts'

/** Waits that a test would wait for are over at once. */
const quickClock: Clock = {
  ...realClock,
  after: (ms, task) => realClock.after(ms >= 1_000 ? ms / 200 : ms, task),
}

type Answer = (response: ServerResponse, body: string, request: IncomingMessage) => void

const taken: Answer = (response) => response.writeHead(204).end()
const status =
  (code: number, body = ''): Answer =>
  (response) =>
    response.writeHead(code).end(body)

interface ShipInit {
  readonly url?: string
  readonly tokenFile?: string
  readonly from?: Pick<Journal, 'read' | 'base' | 'began' | 'next'>
}

describe('journal: export to a URL', () => {
  let path: string
  let remove: () => Promise<void>
  let server: Server
  let ownUrl: string
  let answer: Answer
  let bodies: string[]
  let headers: IncomingMessage['headers'][]
  let journal: Journal
  const shippers: Shipper[] = []

  beforeEach(async () => {
    const scratch = await scratchDir()
    path = scratch.path
    remove = scratch.remove
    answer = taken
    bodies = []
    headers = []
    server = createServer(async (request, response) => {
      const body = await text(request).catch(() => '')
      bodies.push(body)
      headers.push(request.headers)
      answer(response, body, request)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    ownUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/in?x=1`
    journal = createJournal({ clock: realClock })
    await journal.open(join(path, 'logs'))
  })
  afterEach(async () => {
    await Promise.all(shippers.splice(0).map((shipper) => shipper.stop()))
    server.closeAllConnections()
    server.close()
    await journal.close()
    await remove()
  })

  const ship = async (more: ShipInit = {}): Promise<Shipper> => {
    const { url = ownUrl, tokenFile = null, from = journal } = more
    const origin = { nodeName: 'attic', mesh: 'home' }
    const destination = urlDestination(quickClock, { url, tokenFile, sentPath: join(path, 'sent'), origin })
    const parts = { journal: from, clock: quickClock, random: () => 0, logger: silentLogger }
    const shipper = createShipper(parts, { destination, from: from.began })
    shippers.push(shipper)
    await shipper.start()
    return shipper
  }
  const write = (...words: string[]) => {
    for (const word of words) journal.write(said(word))
  }
  const received = () =>
    bodies
      .join('')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
  const words = () => received().map(({ msg }) => msg)
  const problemOf = (shipper: Shipper) =>
    String((shipper.state().problem?.error as Error | undefined)?.message)

  it('posts lines as JSON, one a line, with where they come from', async () => {
    write('one', 'two')
    const shipper = await ship()
    await eventually('both arrive', () => words().length === 2)
    assert.equal(headers[0]?.['content-type'], 'application/x-ndjson')
    assert.equal(headers[0]?.authorization, undefined)
    assert.deepEqual(received()[1], {
      nodeName: 'attic',
      mesh: 'home',
      seq: journal.began + 1,
      level: 30,
      time: '2023-11-14T22:13:20.000Z',
      msg: 'two',
    })
    write('three')
    await eventually('all are sent', () => shipper.state().sent === 3)
    assert.deepEqual(words(), ['one', 'two', 'three'])
    assert.deepEqual(shipper.state(), { sent: 3, dropped: 0, failures: 0, waiting: 0, problem: null })
  })

  it('sends many lines in batches that servers take', async () => {
    const shipper = await ship()
    for (let at = 0; at < 600; at++) write(`${at} ${'x'.repeat(1_500)}`)
    await eventually('all are sent', () => shipper.state().sent === 600)
    for (const body of bodies) assert.ok(body.length < BATCH_LENGTH_MAX + 40 * 500)
    assert.ok(bodies.length >= 2)
    assert.deepEqual(
      words().map((word) => word.split(' ')[0]),
      Array.from({ length: 600 }, (_, at) => String(at)),
    )
  })

  it('shows the token of its file, which is read for each batch', async () => {
    const tokenFile = join(path, 'token')
    const shipper = await ship({ tokenFile })
    write('one')
    await eventually('it is missed', () => shipper.state().failures > 0)
    assert.ok(isCoterieError(shipper.state().problem?.error, 'logExportTokenUnusable'))
    assert.equal(bodies.length, 0)
    for (const odd of ['', 'two words', 'a\r\nx: y', 'x'.repeat(5_000)]) {
      const { failures } = shipper.state()
      await writeFile(tokenFile, odd)
      await eventually('it is refused', () => shipper.state().failures > failures + 1)
      assert.equal(bodies.length, 0)
    }
    await writeFile(tokenFile, 's3cret\n')
    await eventually('it is taken', () => shipper.state().sent === 1)
    assert.equal(headers[0]?.authorization, 'Bearer s3cret')
    await writeFile(tokenFile, 'an0ther\n')
    write('two')
    await eventually('it is taken', () => shipper.state().sent === 2)
    assert.equal(headers.at(-1)?.authorization, 'Bearer an0ther')
  })

  const troubles: readonly (readonly [string, Answer, RegExp])[] = [
    ['answers 500', status(500, 'the disk\nis full'), /it answered 500: the disk is full/],
    ['answers 401', status(401), /it answered 401/],
    ['sends elsewhere', (response) => response.writeHead(302, { location: '/' }).end(), /it answered 302/],
    ['hangs', () => undefined, new RegExp(`it did not answer within ${POST_TIMEOUT_MS / 1_000} s`)],
    [
      'hangs in the middle of its answer',
      (response) => void response.writeHead(200).write('o'),
      /did not answer/,
    ],
    ['closes in the middle', (response) => response.socket?.destroy(), /socket hang up|ECONNRESET/],
    ['answers nonsense', (response) => response.socket?.end('SSH-2.0-x\r\n\r\n'), /Parse Error/],
    [
      'never ends its refusal',
      (response) => {
        response.writeHead(503)
        const more = (): void => {
          if (!response.destroyed) response.write('x'.repeat(65_536), () => setImmediate(more))
        }
        more()
      },
      /it answered 503: x{100,200}\./,
    ],
  ]
  for (const [what, trouble, detail] of troubles)
    it(`tries again where the server ${what}, and nothing is lost`, async () => {
      answer = trouble
      const shipper = await ship()
      write('one')
      await eventually('it fails again', () => shipper.state().failures >= 2)
      assert.match(problemOf(shipper), detail)
      assert.doesNotMatch(problemOf(shipper), /x=1/)
      write('two')
      answer = taken
      await eventually('it arrives', () => shipper.state().sent === 2)
      assert.equal(shipper.state().problem, null)
      assert.equal(shipper.state().dropped, 0)
      assert.deepEqual([...new Set(words())], ['one', 'two'])
    })

  it('drops and counts what the server will never take, and goes on', async () => {
    answer = (response, body) => response.writeHead(body.includes('odd') ? 413 : 200).end()
    const shipper = await ship()
    write('odd')
    await eventually('it is dropped', () => shipper.state().dropped === 1)
    assert.match(problemOf(shipper), /it answered 413/)
    write('even')
    await eventually('it is sent', () => shipper.state().sent === 1)
    assert.equal(shipper.state().problem, null)
  })

  it('waits where nobody listens, without harm to whoever logs', async () => {
    server.close()
    const shipper = await ship()
    write('one', 'two')
    await eventually('it fails', () => shipper.state().failures >= 2)
    assert.match(problemOf(shipper), /ECONNREFUSED/)
    assert.equal(shipper.state().waiting, 2)
  })

  it('goes on after a restart where it left off', async () => {
    const first = await ship()
    write('one')
    await eventually('it is sent', () => first.state().sent === 1)
    await first.stop()
    write('two')
    await journal.close()
    journal = createJournal({ clock: realClock })
    await journal.open(join(path, 'logs'))
    write('three')
    const second = await ship()
    await eventually('both are sent', () => second.state().sent === 2)
    assert.deepEqual(words(), ['one', 'two', 'three'])
    assert.equal(second.state().dropped, 0)
  })

  it('counts lines that are gone before they could be sent', async () => {
    await writeFile(join(path, 'sent'), JSON.stringify({ url: ownUrl, sequence: journal.next + 6 }))
    for (let at = 0; at < 9; at++) write(String(at))
    const { began, next } = journal
    const read: Journal['read'] = async function* (from, options) {
      for await (const line of journal.read(from, options)) if (line.sequence !== began + 7) yield line
    }
    const shipper = await ship({ from: { base: 0, began, next, read } })
    await eventually('the rest is sent', () => shipper.state().sent === 1)
    assert.equal(shipper.state().dropped, 1)
    assert.deepEqual(words(), ['8'])
  })
})
