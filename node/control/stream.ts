/** A stream of lines as an HTTP answer: one JSON object a line, with a coded last line when it ends for a reason. */
import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { MEDIA_TYPES, STREAMS_MAX, type StreamEnd } from '../../protocols/control/index.ts'
import { CoterieError, errorBody } from '../../protocols/errors/index.ts'
import { DATA_HEADERS } from '../http/index.ts'

/** Counts the streams of one door: readers at a port leave those of the unix socket their places. */
export interface StreamGate {
  /** Returns the function that gives the place back. @throws `streamsTooMany` */
  enter(): () => void
}

export const createStreamGate = (): StreamGate => {
  let open = 0
  return {
    enter: () => {
      if (open >= STREAMS_MAX) throw new CoterieError('streamsTooMany', { streamsMax: STREAMS_MAX })
      open += 1
      return () => {
        open -= 1
      }
    },
  }
}

/** Sends the head at once, then each line as the client takes it. Resolves when either side has ended. */
export const writeLines = async (response: ServerResponse, lines: AsyncIterable<unknown>): Promise<void> => {
  response.writeHead(200, { 'content-type': MEDIA_TYPES.stream, ...DATA_HEADERS })
  response.flushHeaders()
  // A client that goes away is no error; the handler's signal has told it.
  await pipeline(Readable.from(jsonLines(lines)), response).catch(() => {})
}

async function* jsonLines(lines: AsyncIterable<unknown>): AsyncGenerator<string> {
  try {
    for await (const line of lines) yield `${JSON.stringify(line)}\n`
  } catch (error) {
    const end: StreamEnd = { type: 'end', error: errorBody(error) as StreamEnd['error'] }
    yield `${JSON.stringify(end)}\n`
  }
}
