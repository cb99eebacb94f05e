/** Lines of several sources as one, in the order of their times. */

interface Timed {
  readonly atMs: number
}

interface Source<Line> {
  readonly name: string
  /** Its next line; null where that has not come. */
  next: Line | null
  take: () => void
  /** Since when it has had no line, on this process's clock. */
  idleSinceMs: number
}

export interface Merge<Line> {
  /** A source that fails is over; `onError` is told of it. */
  add(name: string, lines: AsyncIterable<Line>): void
  has(name: string): boolean
  /** Nothing is added any more: the lines end with the last source. */
  close(): void
  lines(signal: AbortSignal): AsyncGenerator<Line>
}

export interface MergeInit {
  /** How long a source that has no line keeps the others waiting; what comes later than that comes in its own order. */
  readonly patienceMs: number
  readonly onError: (name: string, error: unknown) => void
}

/** Of each source one line is held, and the next is not asked for before that was taken. */
export const createMerge = <Line extends Timed>({ patienceMs, onError }: MergeInit): Merge<Line> => {
  const sources = new Map<string, Source<Line>>()
  let isClosed = false
  let changed = Promise.withResolvers<void>()
  const tell = (): void => {
    changed.resolve()
    changed = Promise.withResolvers()
  }

  const pump = async (source: Source<Line>, lines: AsyncIterable<Line>): Promise<void> => {
    try {
      for await (const line of lines) {
        const taken = new Promise<void>((resolve) => {
          source.take = resolve
        })
        source.next = line
        tell()
        await taken
      }
    } catch (error) {
      onError(source.name, error)
    } finally {
      sources.delete(source.name)
      tell()
    }
  }

  /** The earliest line that is there, with its source; null where it is worth while to wait, `waitMs` at most. */
  const choose = (): { readonly source: Source<Line> | null; readonly waitMs: number } => {
    const all = [...sources.values()]
    const full = all.filter(({ next }) => next !== null)
    const dueMs = all.filter(({ next }) => next === null).map(({ idleSinceMs }) => idleSinceMs + patienceMs)
    const waitMs = Math.max(0, ...dueMs) - performance.now()
    if (full.length === 0) return { source: null, waitMs: Number.POSITIVE_INFINITY }
    if (waitMs > 0) return { source: null, waitMs }
    const [first] = full.sort((a, b) => (a.next as Line).atMs - (b.next as Line).atMs)
    return { source: first ?? null, waitMs: 0 }
  }

  const wait = async (ms: number): Promise<void> => {
    const timer = Number.isFinite(ms) ? setTimeout(tell, ms) : undefined
    await changed.promise
    clearTimeout(timer)
  }

  return {
    add: (name, lines) => {
      const source = { name, next: null, take: () => {}, idleSinceMs: performance.now() }
      sources.set(name, source)
      void pump(source, lines)
    },
    has: (name) => sources.has(name),
    close: () => {
      isClosed = true
      tell()
    },
    lines: async function* (signal) {
      signal.addEventListener('abort', tell)
      while (!signal.aborted && !(isClosed && sources.size === 0)) {
        const { source, waitMs } = choose()
        if (source === null) {
          await wait(waitMs)
          continue
        }
        const line = source.next as Line
        source.next = null
        source.idleSinceMs = performance.now()
        source.take()
        yield line
      }
    },
  }
}
