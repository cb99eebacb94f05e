/**
 * The log: entries by index, after a base that stands for what was compacted away (index 0, term 0 at first).
 *
 * A log never changes: `append` gives another one. Both share one array, as Go's slices do, each seeing only its
 * own length of it, so that an append at the end costs its entries alone. Only cutting a suffix off copies.
 */
import type { LogEntry, LogPoint } from './types.ts'

/** Before the first entry of all. */
export const LOG_START: LogPoint = { index: 0, term: 0 }

export class Log {
  readonly base: LogPoint
  readonly #shared: LogEntry[]
  readonly #length: number

  private constructor(base: LogPoint, shared: LogEntry[], length: number) {
    this.base = base
    this.#shared = shared
    this.#length = length
  }

  /** A log of consecutive entries after `base`. Throws on a gap: what is stored has none. */
  static of(entries: readonly LogEntry[], base: LogPoint = LOG_START): Log {
    return new Log(base, [], 0).append(entries)
  }

  get lastIndex(): number {
    return this.base.index + this.#length
  }

  get lastTerm(): number {
    return this.at(this.lastIndex)?.term ?? this.base.term
  }

  /** The entry at `index`, or null where this log has none. */
  at(index: number): LogEntry | null {
    const position = index - this.base.index - 1
    return position < this.#length ? (this.#shared[position] ?? null) : null
  }

  /** The term of the entry at `index`, the base included, or null where this log cannot tell. */
  termAt(index: number): number | null {
    return index === this.base.index ? this.base.term : (this.at(index)?.term ?? null)
  }

  /** The entries from `from` to `to`, both included, as far as there are any. */
  slice(from: number, to: number): readonly LogEntry[] {
    const first = Math.max(0, from - this.base.index - 1)
    return this.#shared.slice(first, Math.max(first, Math.min(this.#length, to - this.base.index)))
  }

  /** This log with `entries` in place of all from the first one's index on. Throws when they do not fit on. */
  append(entries: readonly LogEntry[]): Log {
    const first = entries[0]
    if (first === undefined) return this
    const kept = first.index - this.base.index - 1
    if (kept < 0 || kept > this.#length) {
      throw new RangeError(`entry ${first.index} does not follow ${this.lastIndex}`)
    }
    const shared = kept === this.#shared.length ? this.#shared : this.#shared.slice(0, kept)
    let index = first.index
    for (const entry of entries) {
      if (entry.index !== index) throw new RangeError(`entry ${entry.index} stands at ${index}`)
      shared.push(entry)
      index += 1
    }
    return new Log(this.base, shared, shared.length)
  }

  /** This log without the entries up to `index`, which stays as the base. Throws where it is not in the log. */
  after(index: number): Log {
    const term = this.termAt(index)
    if (term === null)
      throw new RangeError(`no entry ${index} in a log of ${this.base.index} to ${this.lastIndex}`)
    return Log.of(this.slice(index + 1, this.lastIndex), { index, term })
  }
}

/** As many of the entries from `from` to `to` as fit in `entriesMax` and `bytesMax`, but at least one if there is one. */
export const boundedSlice = (
  log: Log,
  from: number,
  to: number,
  bounds: { readonly entriesMax: number; readonly bytesMax: number },
): readonly LogEntry[] => {
  const entries = log.slice(from, Math.min(to, from + bounds.entriesMax - 1))
  let bytes = 0
  const tooMany = entries.findIndex((entry, position) => {
    bytes += entry.data.byteLength
    return position > 0 && bytes > bounds.bytesMax
  })
  return tooMany === -1 ? entries : entries.slice(0, tooMany)
}
