import assert from 'node:assert/strict'
import fc from 'fast-check'
import { linesOfFrames } from '../../../../node/agent/docker-runtime/frames.ts'
import type { LogLine } from '../../../../node/ports/runtime.ts'

const AT = '2026-11-21T10:00:00.123456789Z'

const frame = (stream: number, text: string): Buffer => {
  const payload = Buffer.from(text)
  const header = Buffer.alloc(8)
  header.writeUInt8(stream, 0)
  header.writeUInt32BE(payload.length, 4)
  return Buffer.concat([header, payload])
}

const read = async (chunks: Iterable<Buffer>): Promise<LogLine[]> => {
  const lines: LogLine[] = []
  const source = async function* () {
    yield* chunks
  }
  for await (const line of linesOfFrames(source())) lines.push(line)
  return lines
}

describe('docker runtime: log frames', () => {
  it('are lines with a stream and a time', async () => {
    assert.deepEqual(await read([frame(1, `${AT} hello world\n`), frame(2, `${AT} \n`)]), [
      { atMs: Date.parse(AT), stream: 'stdout', text: 'hello world' },
      { atMs: Date.parse(AT), stream: 'stderr', text: '' },
    ])
  })

  it('read the same however the bytes are cut', async () => {
    const texts = fc.array(fc.string({ unit: 'grapheme' }).filter((text) => !/[\r\n]/.test(text)))
    await fc.assert(
      fc.asyncProperty(texts, fc.integer({ min: 1, max: 40 }), async (lines, size) => {
        const bytes = Buffer.concat(lines.map((text) => frame(1, `${AT} ${text}\n`)))
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
          bytes.subarray(at * size, (at + 1) * size),
        )
        assert.deepEqual(
          (await read(chunks)).map(({ text }) => text),
          lines,
        )
      }),
    )
  })

  it('are refused where the stream is something else', async () => {
    await assert.rejects(read([Buffer.from('HTTP/1.1 400 Bad Request')]), RangeError)
  })
})
