/**
 * Log lines of a task, from the node that runs it to the node that was asked.
 *
 * One stream per reader; what the reader does not take is not read from the runtime either. Lines that are
 * there together travel together.
 */
import type { TaskId } from '../../protocols/decisions/index.ts'
import {
  LOG_BATCH_LINES_MAX,
  LOG_LINE_LENGTH_MAX,
  logBatchCodec,
  logsRequestCodec,
} from '../../protocols/tasks/index.ts'
import {
  decodeAnswer,
  encodeAnswer,
  encodeErrorAnswer,
  type NodeId,
  PROTOCOLS,
} from '../../protocols/wire/index.ts'
import type { FrameStream, Streams } from '../ports/network.ts'
import type { LogLine, LogsOptions } from '../ports/runtime.ts'
import { batchesOf } from '../turns/index.ts'
import { filterOf, fitting, type ReadLogsOptions, selectLines } from './select-lines.ts'

export { type LogFilter, type ReadLogsOptions, selectLines } from './select-lines.ts'

const OPEN_TIMEOUT_MS = 5_000

/** The tasks of this node. */
export interface LogSource {
  /** @throws `taskUnknown`, `engineUnreachable` */
  logs(task: TaskId, options: LogsOptions): AsyncIterable<LogLine>
}

const cut = (line: LogLine): LogLine =>
  line.text.length <= LOG_LINE_LENGTH_MAX ? line : { ...line, text: line.text.slice(0, LOG_LINE_LENGTH_MAX) }

const serve = async (stream: FrameStream, source: LogSource): Promise<void> => {
  const asked = await stream.read()
  if (asked === null) return
  const ended = new AbortController()
  // The reader says nothing more; the end of its side is the end of its interest.
  stream.read().then(
    () => ended.abort(),
    () => ended.abort(),
  )
  try {
    const { task, ...wanted } = logsRequestCodec.decode(asked)
    const lines = selectLines((options) => source.logs(task, options), { ...wanted, signal: ended.signal })
    for await (const batch of batchesOf(lines, LOG_BATCH_LINES_MAX)) {
      await stream.write(encodeAnswer(logBatchCodec.encode(batch.map(cut))))
    }
  } catch (error) {
    if (!ended.signal.aborted) await stream.write(encodeErrorAnswer(error))
  }
}

/** Answers the readers on other nodes. */
export const serveLogs = (streams: Streams, source: LogSource): void =>
  streams.handleStream(PROTOCOLS.logs, (stream) => serve(stream, source))

/**
 * The lines of a task on another node, until they end or `signal` aborts.
 * @throws `peerUnreachable`, `requestTimedOut`, or what the other node's runtime threw
 */
export async function* readLogs(
  streams: Streams,
  node: NodeId,
  task: TaskId,
  { tail, follow, signal, ...wanted }: ReadLogsOptions,
): AsyncGenerator<LogLine> {
  const filter = filterOf(wanted)
  const fits = fitting(filter)
  const stream = await streams.openStream(node, PROTOCOLS.logs, { timeoutMs: OPEN_TIMEOUT_MS, signal })
  const abort = () => stream.abort()
  signal.addEventListener('abort', abort, { once: true })
  try {
    await stream.write(logsRequestCodec.encode({ task, tail, follow, ...filter }))
    for (;;) {
      const frame = await stream.read()
      if (frame === null) return
      // A node of a version that knows no filter gives all.
      yield* logBatchCodec.decode(decodeAnswer(frame)).filter(fits)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    signal.removeEventListener('abort', abort)
    stream.abort()
  }
}
