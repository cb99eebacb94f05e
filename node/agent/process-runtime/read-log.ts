/** Reads a task's log from its files, at the reader's own pace; a slow one may lose what two rotations passed over. */
import type { FileHandle } from 'node:fs/promises'
import { StringDecoder } from 'node:string_decoder'
import type { LogLine, LogsOptions } from '../../ports/runtime.ts'
import { parseLogLine, type TaskLog } from './task-log.ts'

const READ_BYTES = 64 * 1024
/** Lines held beyond the wanted ones before the list is cut, so that it is not cut at each line. */
const HELD_SPARE = 1000

/** Gives the lines of one file from where it stopped last. */
const createLineReader = (handle: FileHandle | null) => {
  const decoder = new StringDecoder('utf8')
  const buffer = Buffer.alloc(READ_BYTES)
  let rest = ''
  return {
    /** The next lines; null at the present end of the file. */
    read: async (): Promise<LogLine[] | null> => {
      const bytesRead = handle === null ? 0 : (await handle.read(buffer, 0, READ_BYTES, null)).bytesRead
      if (bytesRead === 0) return null
      const lines = (rest + decoder.write(buffer.subarray(0, bytesRead))).split('\n')
      rest = lines.pop() ?? ''
      return lines.flatMap((line) => parseLogLine(line) ?? [])
    },
    close: async (): Promise<void> => {
      await handle?.close()
    },
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** All kept lines, then null, then each new one until the log is closed or the signal aborts. */
async function* linesAndThen(log: TaskLog, signal: AbortSignal): AsyncGenerator<LogLine | null> {
  const { previous, current, generation } = await log.files()
  const older = createLineReader(previous)
  let reader = createLineReader(current)
  let readGeneration = generation
  let keptToldOf = false
  const abort = aborted(signal)
  try {
    for (let lines = await older.read(); lines !== null; lines = await older.read()) yield* lines
    while (!signal.aborted) {
      // Taken before the read: what holds then holds for all that the read could not see.
      const change = log.changed()
      const rotated = log.generation() !== readGeneration
      const closed = !log.isOpen()
      const lines = await reader.read()
      if (lines !== null) {
        yield* lines
        continue
      }
      if (rotated) {
        await reader.close()
        const files = await log.files()
        await files.previous?.close()
        reader = createLineReader(files.current)
        readGeneration = files.generation
        continue
      }
      if (!keptToldOf) yield null
      keptToldOf = true
      if (closed) return
      await Promise.race([change, abort])
    }
  } finally {
    await older.close()
    await reader.close()
  }
}

const lastOf = (lines: readonly LogLine[], count: number): LogLine[] =>
  count === 0 ? [] : lines.slice(-count)

/** The lines that the options ask for; ends without an error when the signal aborts. */
export async function* readLog(log: TaskLog, { tail, follow, signal }: LogsOptions): AsyncGenerator<LogLine> {
  /** The last lines of what was kept, until all of it is read; null where lines are given at once. */
  let held: LogLine[] | null = tail === null ? null : []
  const count = tail ?? 0
  for await (const line of linesAndThen(log, signal)) {
    if (signal.aborted) return
    if (line === null) {
      yield* lastOf(held ?? [], count)
      held = null
      if (!follow) return
    } else if (held === null) yield line
    else if (held.push(line) > 2 * count + HELD_SPARE) held = lastOf(held, count)
  }
}
