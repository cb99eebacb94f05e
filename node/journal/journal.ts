/**
 * The journal of this node: its log lines, numbered, in memory and in two files. See docs/design/journal.md.
 *
 * Guarantees: `write` never waits, throws or calls anybody; each line has the next number, also over a restart. A reader is given the lines
 * in order, each once; what it misses, because it is too slow for all that is kept, it sees by the numbers.
 */
import { join } from 'node:path'
import { makeDirectory } from '../files/index.ts'
import type { Clock } from '../ports/clock.ts'
import {
  CLOSE_TIMEOUT_MS,
  EARLY_LINES_MAX,
  FILE_BYTES_MAX,
  MEMORY_LENGTH_MAX,
  PENDING_LENGTH_MAX,
} from './limits.ts'
import { type Line, numberLine, parseLine } from './line.ts'
import { LineFile } from './line-file.ts'
import { LastLines } from './memory.ts'

export interface ReadOptions {
  /** True: goes on with new lines until `signal` aborts. */
  readonly follow: boolean
  /** Ends the lines without an error. */
  readonly signal: AbortSignal
}

/** Lines from that number on; nothing is read ahead of the consumer. */
export type ReadLines = (from: number, options: ReadOptions) => AsyncIterable<Line>

export interface JournalTotals {
  /** pino's number -> lines of that level since the start. */
  readonly byLevel: ReadonlyMap<number, number>
  /** Lines that are not in the file, because they could not be written. */
  readonly lost: number
}

export interface Journal {
  /** A tidy line, without its number. */
  readonly write: (tidy: string) => void
  /** Keeps the lines in the directory from now on, and those written before; once. Where that is not possible they stay in memory. */
  open(directory: string): Promise<void>
  readonly read: ReadLines
  /** The number of the first line that could be there: before it none was ever lost. */
  readonly base: number
  /** The number of the first line of this start. */
  readonly began: number
  /** The number that the next line gets. */
  readonly next: number
  totals(): JournalTotals
  /** Why lines do not get to the disk; null where they do. */
  problem(): string | null
  close(): Promise<void>
}

export interface JournalComponents {
  readonly clock: Pick<Clock, 'wallMs' | 'after'>
}

class OwnJournal implements Journal {
  readonly #clock: JournalComponents['clock']
  readonly #memory = new LastLines(MEMORY_LENGTH_MAX)
  readonly #byLevel = new Map<number, number>()
  readonly #waiting = new Set<() => void>()
  /** Lines from before the first number is known. */
  #early: string[] | null = []
  #file: LineFile | null = null
  #openProblem: string | null = null
  base = 0
  began = 0
  next = 0

  constructor({ clock }: JournalComponents) {
    this.#clock = clock
  }

  readonly write = (tidy: string): void => {
    if (this.#early === null) {
      this.#number(tidy)
      return
    }
    this.#early.push(tidy)
    if (this.#early.length > EARLY_LINES_MAX) this.#early.shift()
  }

  async open(directory: string): Promise<void> {
    if (this.#early === null) return
    let last: number | null = null
    try {
      await makeDirectory(directory)
      const path = join(directory, 'daemon.log')
      const file = new LineFile({ path, bytesMax: FILE_BYTES_MAX, pendingLengthMax: PENDING_LENGTH_MAX })
      last = await file.last()
      this.#file = file
    } catch (error) {
      this.#openProblem = (error as Error).message
    }
    this.began = last === null ? this.#clock.wallMs() : last + 1
    this.base = last === null ? this.began : 0
    this.next = this.began
    const early = this.#early
    this.#early = null
    for (const tidy of early) this.#number(tidy)
  }

  readonly read: ReadLines = (from, options) => this.#read(from, options)

  totals(): JournalTotals {
    return { byLevel: this.#byLevel, lost: this.#file?.lost ?? 0 }
  }

  problem(): string | null {
    return this.#openProblem ?? this.#file?.problem ?? null
  }

  async close(): Promise<void> {
    let cancel: () => void = () => undefined
    const late = new Promise<void>((resolve) => {
      cancel = this.#clock.after(CLOSE_TIMEOUT_MS, resolve)
    })
    // A disk that hangs keeps a few lines, not the daemon.
    await Promise.race([this.#file?.close().catch(() => undefined), late])
    cancel()
  }

  #number(tidy: string): void {
    const line = parseLine(numberLine(tidy, this.next))
    if (line === null) return
    this.next += 1
    this.#memory.add(line)
    this.#file?.append(line.text)
    this.#byLevel.set(line.level, (this.#byLevel.get(line.level) ?? 0) + 1)
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }

  async *#read(from: number, { follow, signal }: ReadOptions): AsyncGenerator<Line> {
    let next = from
    while (!signal.aborted) {
      const line = this.#memory.at(next)
      if (line !== null) {
        yield line
        next = line.sequence + 1
      } else if (next < (this.#memory.first ?? this.next)) {
        const before = next
        for await (const kept of this.#keptBefore(next)) {
          yield kept
          next = kept.sequence + 1
          if (signal.aborted) return
        }
        // What is neither in the files nor in memory is gone.
        if (next === before) next = this.#memory.first ?? this.next
      } else if (follow) await this.#more(signal)
      else return
    }
  }

  /** Lines of the files from that number on that are in memory no more. */
  async *#keptBefore(from: number): AsyncGenerator<Line> {
    if (this.#file === null) return
    let next = from
    for await (const line of this.#file.lines()) {
      if (line.sequence >= (this.#memory.first ?? this.next)) return
      if (line.sequence < next) continue
      yield line
      next = line.sequence + 1
    }
  }

  #more(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      this.#waiting.add(wake)
      signal.addEventListener('abort', wake, { once: true })
    })
  }
}

/** Takes lines at once; they have no numbers, and no readers, before it is opened. */
export const createJournal = (components: JournalComponents): Journal => new OwnJournal(components)
