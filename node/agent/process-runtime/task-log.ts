/**
 * The output of one task: lines with their time, in two files that are rotated, so it never grows beyond their bound. A
 * source that is faster than the disk waits.
 *
 * One line in a file: `<wall ms> <o|e> <text>`.
 */
import { type FileHandle, mkdir, open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import type { Clock } from '../../ports/clock.ts'
import type { LogLine } from '../../ports/runtime.ts'

/** Of each of the two files; the same as for containers. */
const LOG_FILE_BYTES_MAX = 10 * 1024 * 1024
/** A longer line is cut into pieces, as Docker does; nothing unbounded is held for one that never ends. */
const LINE_LENGTH_MAX = 16 * 1024

/** The files as they were at one moment; renaming does not move a handle. */
export interface LogFiles {
  readonly previous: FileHandle | null
  readonly current: FileHandle | null
  readonly generation: number
}

export interface TaskLog {
  /** Writes all that the source gives, until its end. */
  capture(stream: LogLine['stream'], source: Readable): Promise<void>
  /** Whether lines may still come. */
  setOpen(isOpen: boolean): void
  isOpen(): boolean
  /** How often the files were rotated. */
  generation(): number
  /** Resolves at the next line, rotation or end. */
  changed(): Promise<void>
  /** The caller closes the handles. */
  files(): Promise<LogFiles>
}

const formatLine = (atMs: number, stream: LogLine['stream'], text: string): string =>
  `${atMs} ${stream === 'stderr' ? 'e' : 'o'} ${text.replace(/\r$/, '')}\n`

/** The line as it was written, or null for one that was cut by a crash. */
export const parseLogLine = (line: string): LogLine | null => {
  const match = /^(\d+) ([oe]) (.*)$/s.exec(line)
  if (match === null) return null
  return { atMs: Number(match[1]), stream: match[2] === 'e' ? 'stderr' : 'stdout', text: match[3] as string }
}

const pieces = (line: string): string[] =>
  line.length <= LINE_LENGTH_MAX
    ? [line]
    : [line.slice(0, LINE_LENGTH_MAX), ...pieces(line.slice(LINE_LENGTH_MAX))]

const openIfThere = async (path: string): Promise<FileHandle | null> => {
  try {
    return await open(path, 'r')
  } catch {
    return null
  }
}

/** A log in `dir`, which is made when the first line comes. */
export const createTaskLog = (dir: string, clock: Clock, fileBytesMax = LOG_FILE_BYTES_MAX): TaskLog => {
  const path = join(dir, 'output.log')
  const previousPath = join(dir, 'output.log.1')
  let file: { readonly handle: FileHandle; bytes: number } | null = null
  let generation = 0
  let opened = false
  let change = Promise.withResolvers<void>()
  /** Whatever touches the files, one after the other. */
  let queue: Promise<unknown> = Promise.resolve()

  const inTurn = <Result>(act: () => Promise<Result>): Promise<Result> => {
    const turn = queue.then(act)
    queue = turn.catch(() => {})
    return turn
  }
  const tell = (): void => {
    change.resolve()
    change = Promise.withResolvers()
  }
  const openCurrent = async () => {
    await mkdir(dir, { recursive: true })
    const handle = await open(path, 'a')
    return { handle, bytes: (await handle.stat()).size }
  }
  const write = async (text: string): Promise<void> => {
    file ??= await openCurrent()
    if (file.bytes > 0 && file.bytes + Buffer.byteLength(text) > fileBytesMax) {
      await file.handle.close()
      await rename(path, previousPath)
      generation++
      file = await openCurrent()
    }
    file.bytes += (await file.handle.write(text)).bytesWritten
    tell()
  }
  const close = async (): Promise<void> => {
    const closing = file
    file = null
    await closing?.handle.close()
  }

  return {
    capture: async (stream, source) => {
      const decoder = new StringDecoder('utf8')
      let rest = ''
      const append = (lines: readonly string[]) => {
        const atMs = clock.wallMs()
        const text = lines.flatMap(pieces).map((line) => formatLine(atMs, stream, line))
        return inTurn(() => write(text.join('')))
      }
      for await (const chunk of source) {
        const lines = (rest + decoder.write(chunk)).split('\n')
        rest = lines.pop() ?? ''
        if (rest.length > LINE_LENGTH_MAX) {
          lines.push(rest)
          rest = ''
        }
        if (lines.length > 0) await append(lines)
      }
      if (rest !== '') await append([rest])
    },
    setOpen: (isOpen) => {
      opened = isOpen
      // Whoever wrote was told of what a disk refused. It is no reason to end the daemon.
      if (!isOpen) inTurn(close).catch(() => {})
      tell()
    },
    isOpen: () => opened,
    generation: () => generation,
    changed: () => change.promise,
    files: () =>
      inTurn(async () => {
        // A reader that comes before the first line needs the file that the line will stand in.
        if (opened) file ??= await openCurrent()
        return { previous: await openIfThere(previousPath), current: await openIfThere(path), generation }
      }),
  }
}
