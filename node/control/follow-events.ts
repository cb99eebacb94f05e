import { EVENTS_WAITING_MAX, type Event, type EventLine } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { EventSource } from './components.ts'

export interface FollowOptions {
  readonly since: number | null
  /** False ends after the kept events. */
  readonly follow: boolean
  readonly signal: AbortSignal
}

/**
 * The lines of one reader, each event once and in order. What waits for a slow reader is bounded: beyond it the
 * subscription ends at once, and the reader is told when it reads on. @throws `readerTooSlow`, the signal's reason
 */
export async function* followEvents(
  source: EventSource,
  { since, follow, signal }: FollowOptions,
): AsyncGenerator<EventLine> {
  const waiting = follow ? waitingEvents(source, signal) : null
  try {
    const { events, gap } = source.since(since)
    if (gap) yield { type: 'gap' }
    yield* events
    while (waiting !== null) yield* await waiting.next()
  } finally {
    waiting?.end()
  }
}

interface WaitingEvents {
  /** Resolves with at least one event. */
  next(): Promise<readonly Event[]>
  end(): void
}

const waitingEvents = (source: EventSource, signal: AbortSignal): WaitingEvents => {
  let waiting: Event[] = []
  let tooSlow = false
  let wake = () => {}
  const unsubscribe = source.subscribe((event) => {
    waiting.push(event)
    if (waiting.length > EVENTS_WAITING_MAX) {
      tooSlow = true
      waiting = []
      unsubscribe()
    }
    wake()
  })
  const onAbort = () => wake()
  signal.addEventListener('abort', onAbort)
  return {
    next: async () => {
      while (waiting.length === 0 && !tooSlow && !signal.aborted)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      if (tooSlow) throw new CoterieError('readerTooSlow', { waitingMax: EVENTS_WAITING_MAX })
      signal.throwIfAborted()
      const events = waiting
      waiting = []
      return events
    },
    end: () => {
      unsubscribe()
      signal.removeEventListener('abort', onAbort)
    },
  }
}
