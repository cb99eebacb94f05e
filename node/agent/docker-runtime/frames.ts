/**
 * What a container writes, as Docker streams it. Without a terminal: frames of `[stream, 0, 0, 0, length as uint32 big endian]` and
 * payload. With one: plain bytes. A log asked for with timestamps has, in either, an RFC 3339 time and a space before each line, of which a
 * frame holds one, or 16 KiB of a longer one.
 * Source: Docker Engine API, "Attach to a container", stream format.
 */
import type { LogLine } from '../../ports/runtime.ts'

const HEADER_BYTES = 8
/** Docker cuts lines at 16 KiB; a frame beyond this is none of its. */
const FRAME_BYTES_MAX = 1024 * 1024

interface Piece {
  readonly stream: 'stdout' | 'stderr'
  readonly bytes: Buffer
}

/** The payloads of frames, however their bytes are cut into chunks; reads a chunk only when its frames are wanted. */
export async function* piecesOfFrames(chunks: AsyncIterable<string | Buffer>): AsyncGenerator<Piece> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk as Buffer])
    let at = 0
    while (rest.length - at >= HEADER_BYTES) {
      const end = at + HEADER_BYTES + rest.readUInt32BE(at + 4)
      if (end - at > FRAME_BYTES_MAX) throw new RangeError('the stream of the engine is not framed')
      if (end > rest.length) break
      yield {
        stream: rest.readUInt8(at) === 2 ? 'stderr' : 'stdout',
        bytes: rest.subarray(at + HEADER_BYTES, end),
      }
      at = end
    }
    rest = rest.subarray(at)
  }
}

const lineOf = (stream: LogLine['stream'], written: string): LogLine => {
  const text = written.replace(/\r?\n?$/, '')
  const space = text.indexOf(' ')
  const atMs = Date.parse(text.slice(0, space))
  return { atMs: Number.isNaN(atMs) ? 0 : atMs, stream, text: text.slice(space + 1) }
}

/** Lines of a framed log. */
export async function* linesOfFrames(chunks: AsyncIterable<string | Buffer>): AsyncGenerator<LogLine> {
  for await (const { stream, bytes } of piecesOfFrames(chunks)) yield lineOf(stream, bytes.toString('utf8'))
}

/** Lines of the log of a container with a terminal: all of it is its standard output. */
export async function* linesOfTerminal(chunks: AsyncIterable<string | Buffer>): AsyncGenerator<LogLine> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n')
    rest = (lines.pop() as string).slice(0, FRAME_BYTES_MAX)
    for (const line of lines) yield lineOf('stdout', line)
  }
  if (rest !== '') yield lineOf('stdout', rest)
}
