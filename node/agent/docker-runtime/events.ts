/**
 * Tells when containers of this node, or the engine itself, may have changed. The engine ends its event stream silently when it restarts;
 * it is opened again from the last event on, and each opening and each end counts as a change, so what happened in between is never missed.
 * An engine that hangs keeps the stream open and says nothing: so it is pinged meanwhile.
 */
import type { Clock, Random } from '../../ports/clock.ts'
import type { Logger } from '../../ports/logger.ts'
import { type Owner, ownerLabels } from './container.ts'
import { type Engine, LOOK_TIMEOUT_MS } from './engine.ts'

const REOPEN_DELAY_BASE_MS = 250
const REOPEN_DELAY_MAX_MS = 5_000
/** The others, each run of a health check above all, would flood the stream. */
const EVENTS = ['start', 'die', 'destroy', 'health_status']
/** A hang is noticed within this and the deadline of a look. */
const PING_MS = 5_000
/** A stream whose lines are longer tells of no events. */
const LINE_LENGTH_MAX = 64 * 1024

export interface EventsComponents {
  readonly engine: Engine
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

export interface Events {
  /** Listens to the engine while there is a listener. Returns the end of the subscription. */
  subscribe(listener: () => void): () => void
  close(): void
}

/** Just after an event, as the engine takes it: seconds with a fraction. Null where the line is no event. */
const momentAfter = (line: string): string | null => {
  const [, seconds, nanos] = /"timeNano":(\d+)(\d{9})/.exec(line) ?? []
  if (seconds === undefined || nanos === undefined) return null
  const next = Number(nanos) + 1
  return next === 1e9 ? `${Number(seconds) + 1}.0` : `${seconds}.${String(next).padStart(9, '0')}`
}

export const createEvents = ({ engine, clock, random, logger }: EventsComponents, owner: Owner): Events => {
  const listeners = new Set<() => void>()
  let following: AbortController | null = null

  const tell = (): void => {
    for (const listener of listeners) listener()
  }

  /** The engine's time of the last event; null before the first. */
  let since: string | null = null

  const open = (signal: AbortSignal): Promise<AsyncIterable<Buffer>> =>
    engine.call({ timeoutMs: LOOK_TIMEOUT_MS, signal }, async (docker) => {
      const filters = { type: ['container' as const], label: ownerLabels(owner), event: EVENTS }
      // A number could not tell nanoseconds apart.
      const from = since === null ? {} : { since: since as unknown as number }
      const events = await docker.getEvents({ filters, ...from, abortSignal: signal })
      return events as unknown as AsyncIterable<Buffer>
    })

  const read = async (events: AsyncIterable<Buffer>): Promise<void> => {
    let rest = ''
    for await (const chunk of events) {
      const lines = (rest + chunk.toString('utf8')).split('\n')
      rest = (lines.pop() as string).slice(0, LINE_LENGTH_MAX)
      for (const line of lines) since = momentAfter(line) ?? since
      tell()
    }
  }

  /** Pings until `signal` is aborted; resolves with why the engine does not answer. */
  const ping = async (signal: AbortSignal): Promise<unknown> => {
    while (!signal.aborted) {
      await pause(PING_MS, signal)
      if (signal.aborted) break
      try {
        await engine.call({ timeoutMs: LOOK_TIMEOUT_MS, signal }, (docker) => docker.ping())
      } catch (error) {
        return error
      }
    }
    return null
  }

  /** Until the stream ends, or the engine does not answer. */
  const listen = async (signal: AbortSignal): Promise<void> => {
    const ended = new AbortController()
    const both = AbortSignal.any([signal, ended.signal])
    try {
      const events = await open(both)
      failures = 0
      tell()
      const silence = ping(both).then((error) => {
        if (error !== null) throw error
      })
      const reading = read(events)
      // Whichever is second has nothing to say any more.
      reading.catch(() => {})
      silence.catch(() => {})
      await Promise.race([reading, silence])
    } finally {
      ended.abort()
    }
  }

  const pause = (delayMs: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const end = () => {
        cancel()
        signal.removeEventListener('abort', end)
        resolve()
      }
      const cancel = clock.after(delayMs, end)
      signal.addEventListener('abort', end)
    })

  /** In a row, of openings. */
  let failures = 0

  const follow = async (signal: AbortSignal): Promise<void> => {
    failures = 0
    while (!signal.aborted) {
      try {
        await listen(signal)
      } catch (error) {
        logger.debug({ error }, 'the event stream of the engine broke')
      }
      if (signal.aborted) return
      if (failures === 0) tell()
      const ceilingMs = Math.min(REOPEN_DELAY_MAX_MS, REOPEN_DELAY_BASE_MS * 2 ** failures)
      failures = Math.min(failures + 1, 10)
      await pause(ceilingMs * (0.5 + random() / 2), signal)
    }
  }

  const close = (): void => {
    following?.abort()
    following = null
  }

  return {
    subscribe: (listener) => {
      listeners.add(listener)
      if (following === null) {
        following = new AbortController()
        void follow(following.signal)
      }
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) close()
      }
    },
    close,
  }
}
