import assert from 'node:assert/strict'
import { type LogSource, readLogs, serveLogs } from '../../../node/logs/index.ts'
import type { MeasuredNetwork as Network } from '../../../node/network/index.ts'
import type { LogLine, LogsOptions } from '../../../node/ports/runtime.ts'
import { CoterieError, isCoterieError } from '../../../protocols/errors/index.ts'
import { LOG_BATCH_LINES_MAX, LOG_LINE_LENGTH_MAX } from '../../../protocols/tasks/index.ts'
import { eventually } from '../../support/eventually.ts'
import { newIdentity } from '../../support/identities.ts'
import { startMesh, stopAll } from '../network/nodes.ts'

/** Looks in a row that see no move: what goes on does not stand still for that long. */
const LOOKS = 20
const TASK = 'shop.web.0.7'
const ALL: Omit<LogsOptions, 'signal'> = { tail: null, follow: false }

const line = (text: string): LogLine => ({ atMs: 1, stream: 'stdout', text })

describe('logs of a task on another node', () => {
  let reader: Network
  let runner: Network

  beforeEach(async () => {
    ;[reader, runner] = (await startMesh(2)) as [Network, Network]
  })
  afterEach(stopAll)

  const serve = (logs: LogSource['logs']) => serveLogs(runner.streams, { logs })
  const read = (options: Partial<LogsOptions> = {}) =>
    readLogs(reader.streams, runner.connections.self, TASK, {
      ...ALL,
      signal: new AbortController().signal,
      ...options,
    })
  const textsOf = async (lines: AsyncIterable<LogLine>) => {
    const texts: string[] = []
    for await (const { text } of lines) texts.push(text)
    return texts
  }

  it('come in order, however many, with what was asked for', async () => {
    const asked: unknown[] = []
    const texts = Array.from({ length: 3 * LOG_BATCH_LINES_MAX + 1 }, (_, number) => `line ${number}`)
    serve(async function* (task, { tail, follow }) {
      asked.push([task, tail, follow])
      for (const text of texts) yield line(text)
    })
    assert.deepEqual(await textsOf(read({ tail: 500 })), texts)
    assert.deepEqual(asked, [[TASK, 500, false]])
  })

  it('are cut where a line is longer than a frame can bear', async () => {
    serve(async function* () {
      for (let count = 0; count < LOG_BATCH_LINES_MAX; count++)
        yield line('ß'.repeat(LOG_LINE_LENGTH_MAX + 1))
    })
    const texts = await textsOf(read())
    assert.ok(
      texts.length === LOG_BATCH_LINES_MAX && texts.every((text) => text.length === LOG_LINE_LENGTH_MAX),
    )
  })

  it('arrive while the task goes on, and its runtime is let go when the reader has enough', async () => {
    let released = false
    serve(async function* (_task, { signal }) {
      try {
        yield line('first')
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
      } finally {
        released = true
      }
    })
    const ended = new AbortController()
    for await (const { text } of read({ follow: true, signal: ended.signal })) {
      assert.equal(text, 'first')
      ended.abort()
    }
    await eventually('the runtime is let go', () => released)
  })

  it('are not read ahead of a reader that is slow', async () => {
    let given = 0
    serve(async function* () {
      for (;;) {
        given++
        yield line('x'.repeat(LOG_LINE_LENGTH_MAX))
      }
    })
    const lines = read({ follow: true })
    await lines.next()
    let before = 0
    let still = 0
    await eventually('the source waits', () => {
      still = given === before ? still + 1 : 0
      before = given
      return still === LOOKS
    })
    await lines.return(undefined)
  })

  it('end in the error that the runtime gave, after the lines before it', async () => {
    serve(async function* (task) {
      yield line('before')
      throw new CoterieError('taskUnknown', { task })
    })
    const lines = read()
    assert.equal((await lines.next()).value?.text, 'before')
    await assert.rejects(lines.next(), (error) => isCoterieError(error, 'taskUnknown'))
  })

  it('are refused of a node that cannot be reached', async () => {
    const stranger = newIdentity().node
    const { signal } = new AbortController()
    const lines = readLogs(reader.streams, stranger, TASK, { ...ALL, signal })
    await assert.rejects(lines.next(), (error) => isCoterieError(error, 'peerUnreachable'))
  })
})
