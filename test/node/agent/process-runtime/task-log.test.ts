import assert from 'node:assert/strict'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { readLog } from '../../../../node/agent/process-runtime/read-log.ts'
import { createTaskLog, type TaskLog } from '../../../../node/agent/process-runtime/task-log.ts'
import { scratchDir } from '../../../support/scratch.ts'
import { allLines, realClock } from '../grounds.ts'

const FILE_BYTES = 1000
const NEVER = new AbortController().signal
const KEPT = { tail: null, follow: false, signal: NEVER }

describe('process runtime: the log of a task', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  let log: TaskLog

  beforeEach(async () => {
    scratch = await scratchDir()
    log = createTaskLog(scratch.path, realClock, FILE_BYTES)
    log.setOpen(true)
  })
  afterEach(async () => {
    log.setOpen(false)
    // Takes its turn after the file is closed.
    await allLines(readLog(log, KEPT))
    await scratch.remove()
  })

  const write = (...chunks: string[]) => log.capture('stdout', Readable.from(chunks))

  it('keeps lines whole, however they arrive', async () => {
    await write('one\ntw', 'o\n', '\n', 'three')
    assert.deepEqual(await allLines(readLog(log, KEPT)), ['one', 'two', '', 'three'])
  })

  it('keeps the newest lines in two bounded files', async () => {
    for (let at = 0; at < 500; at++) await write(`line ${at}\n`)
    const files = await readdir(scratch.path)
    assert.equal(files.length, 2)
    for (const file of files) assert.ok((await stat(join(scratch.path, file))).size <= FILE_BYTES)
    const lines = await allLines(readLog(log, KEPT))
    assert.equal(lines.at(-1), 'line 499')
    assert.ok(lines.length > 20 && lines.length < 100)
  })

  it('cuts a line that never ends', async () => {
    await write('x'.repeat(50_000), 'x'.repeat(50_000))
    const lines = await allLines(readLog(log, KEPT))
    assert.ok(lines.every((line) => line.length <= 16 * 1024))
  })

  it('gives no line twice and none too few to a follower across rotations', async () => {
    const source = new PassThrough()
    const captured = log.capture('stdout', source)
    const texts: string[] = []
    source.write('0\n')
    for await (const { text } of readLog(log, { ...KEPT, follow: true })) {
      texts.push(text)
      if (texts.length === 300) {
        source.end()
        await captured
        log.setOpen(false)
      } else source.write(`${texts.length}\n`)
    }
    assert.deepEqual(
      texts,
      texts.map((_, at) => String(at)),
    )
  })

  it('gives nothing where nothing was written', async () => {
    log.setOpen(false)
    assert.deepEqual(await allLines(readLog(log, KEPT)), [])
  })
})
