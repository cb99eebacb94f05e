/**
 * Docker's log stream without a terminal: frames of `[stream, 0, 0, 0, length as uint32 big endian]` and payload. With
 * timestamps each frame is one line, or 16 KiB of a longer one, after an RFC 3339 time and a space.
 * Source: Docker Engine API, "Attach to a container", stream format.
 */
import type { LogLine } from '../../ports/runtime.ts'

const HEADER_BYTES = 8
/** Docker cuts lines at 16 KiB; a frame beyond this is not a log. */
const FRAME_BYTES_MAX = 1024 * 1024

const lineOf = (stream: number, payload: Buffer): LogLine => {
  const text = payload.toString('utf8').replace(/\r?\n$/, '')
  const space = text.indexOf(' ')
  const atMs = Date.parse(text.slice(0, space))
  return {
    atMs: Number.isNaN(atMs) ? 0 : atMs,
    stream: stream === 2 ? 'stderr' : 'stdout',
    text: text.slice(space + 1),
  }
}

/** Lines of a framed log, however its bytes are cut into chunks; reads a chunk only when its lines are wanted. */
export async function* linesOfFrames(chunks: AsyncIterable<string | Buffer>): AsyncGenerator<LogLine> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk as Buffer])
    let at = 0
    while (rest.length - at >= HEADER_BYTES) {
      const end = at + HEADER_BYTES + rest.readUInt32BE(at + 4)
      if (end - at > FRAME_BYTES_MAX) throw new RangeError('the log stream of the engine is not framed')
      if (end > rest.length) break
      yield lineOf(rest.readUInt8(at), rest.subarray(at + HEADER_BYTES, end))
      at = end
    }
    rest = rest.subarray(at)
  }
}
