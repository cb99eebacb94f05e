/**
 * Hands the lines of the journal to one destination: in order, in batches, from where it left off.
 *
 * Guarantees: one batch is under way at a time, and what failed is tried again before anything later. The journal is the queue: where the destination
 * is away for longer than that keeps lines, the lost ones are counted. Not guaranteed: that a line comes only once.
 */
import { isCoterieError } from '../../protocols/errors/index.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Service } from '../ports/service.ts'
import type { Journal } from './journal.ts'
import { GATHER_MS } from './limits.ts'
import type { Line } from './line.ts'
import { pause, pauseOf } from './pause.ts'

export interface Destination {
  /** In words, for the log. */
  readonly name: string
  /** Lines, and characters, of one batch. */
  readonly linesMax: number
  readonly lengthMax: number
  /** Between two tries, in the end. */
  readonly retryCeilingMs: number
  /** The number of the last line that it has; null where it has none. */
  begin(): Promise<number | null>
  /** Resolves when they are there. A `LinesRefused` says that they never will be, anything else that it is worth a try later. */
  send(lines: readonly Line[]): Promise<void>
}

/** These lines are not taken, now or later. */
export class LinesRefused extends Error {}

export interface ShipperComponents {
  readonly journal: Pick<Journal, 'read' | 'base' | 'next'>
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

export interface ShipperInit {
  readonly destination: Destination
  /** Where it begins if the destination has nothing. */
  readonly from: number
}

export interface ShipperState {
  /** Since the start, in lines. */
  readonly sent: number
  readonly dropped: number
  /** Tries that failed since the start. */
  readonly failures: number
  /** Lines that are not there yet. */
  readonly waiting: number
  /** Why the last try failed, since when by the wall clock; null where it did not. */
  readonly problem: { readonly sinceMs: number | null; readonly error: unknown } | null
}

export interface Shipper extends Service {
  state(): ShipperState
}

class LineShipper implements Shipper {
  readonly #components: ShipperComponents
  readonly #init: ShipperInit
  readonly #stopping = new AbortController()
  #run: Promise<void> = Promise.resolve()
  #sent = 0
  #dropped = 0
  #failures = 0
  #failuresInRow = 0
  #problem: ShipperState['problem'] = null
  /** The number of the line that comes next; null while that is not known. */
  #next: number | null = null

  constructor(components: ShipperComponents, init: ShipperInit) {
    this.#components = components
    this.#init = init
  }

  async start(): Promise<void> {
    this.#run = this.#ship()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#run
  }

  state(): ShipperState {
    const { journal } = this.#components
    return {
      sent: this.#sent,
      dropped: this.#dropped,
      failures: this.#failures,
      waiting: this.#next === null ? 0 : Math.max(0, journal.next - this.#next),
      problem: this.#problem,
    }
  }

  async #ship(): Promise<void> {
    const { signal } = this.#stopping
    const { journal } = this.#components
    const last = await this.#tried(() => this.#init.destination.begin())
    if (last === undefined) return
    this.#next = last === null ? this.#init.from : last + 1
    let isExact = last !== null
    for await (const batch of this.#batches(journal.read(this.#next, { follow: true, signal }))) {
      const [first, final] = [batch[0] as Line, batch.at(-1) as Line]
      // Lines before the base are no loss: with the files their numbers were lost.
      if (isExact) this.#dropped += Math.max(0, first.sequence - Math.max(this.#next, journal.base))
      isExact = true
      for (const [at, line] of batch.entries())
        if (at > 0) this.#dropped += line.sequence - (batch[at - 1] as Line).sequence - 1
      const isSent = await this.#tried(() => this.#send(batch))
      if (isSent === undefined) return
      this.#next = final.sequence + 1
    }
  }

  async #send(batch: readonly Line[]): Promise<boolean> {
    try {
      await this.#init.destination.send(batch)
      this.#sent += batch.length
    } catch (error) {
      if (!(error instanceof LinesRefused)) throw error
      this.#dropped += batch.length
      this.#fail(error.cause)
    }
    return true
  }

  /** Tries until it succeeds; undefined where it is stopped before. */
  async #tried<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    const { clock, random, logger } = this.#components
    const { signal } = this.#stopping
    const { name, retryCeilingMs } = this.#init.destination
    while (!signal.aborted) {
      const failuresBefore = this.#failures
      try {
        const result = await work()
        if (this.#failures > failuresBefore) return result
        if (this.#problem !== null) logger.info({ to: name }, 'log lines arrive again')
        this.#problem = null
        this.#failuresInRow = 0
        return result
      } catch (error) {
        this.#fail(error)
        await pauseOf(this.#failuresInRow, retryCeilingMs, { clock, random, signal })
      }
    }
    return undefined
  }

  #fail(error: unknown): void {
    const { logger, clock } = this.#components
    this.#failures += 1
    this.#failuresInRow += 1
    if (this.#problem === null)
      logger.warn(
        { to: this.#init.destination.name, detail: detailOf(error) },
        'log lines do not arrive; they are tried again',
      )
    this.#problem = { sinceMs: this.#problem?.sinceMs ?? clock.wallMs(), error }
  }

  /** As many as are there within `GATHER_MS` of the first, up to the destination's bounds. */
  async *#batches(lines: AsyncIterable<Line>): AsyncGenerator<readonly Line[]> {
    const { linesMax, lengthMax } = this.#init.destination
    const { clock } = this.#components
    const { signal } = this.#stopping
    const iterator = lines[Symbol.asyncIterator]()
    let next = iterator.next()
    try {
      for (;;) {
        const first = await next
        if (first.done === true) return
        const batch: Line[] = [first.value]
        let length = first.value.text.length
        next = iterator.next()
        const due = pause(GATHER_MS, { clock, signal }).then(() => null)
        while (batch.length < linesMax) {
          const got = await Promise.race([next, due])
          if (got === null || got.done === true || length + got.value.text.length > lengthMax) break
          batch.push(got.value)
          length += got.value.text.length
          next = iterator.next()
        }
        yield batch
      }
    } finally {
      await iterator.return?.()
    }
  }
}

const detailOf = (error: unknown): string =>
  isCoterieError(error) ? (error.message.split('. ')[0] ?? '') : String(error)

export const createShipper = (components: ShipperComponents, init: ShipperInit): Shipper =>
  new LineShipper(components, init)
