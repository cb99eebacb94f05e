/**
 * Tells when containers of this node may have changed. The engine ends its event stream silently when it restarts;
 * it is opened again, and each opening and each end counts as a change, so what happened in between is never missed.
 */
import type { Clock, Random } from '../../ports/clock.ts'
import type { Logger } from '../../ports/logger.ts'
import { type Owner, ownerLabels } from './container.ts'
import { type Engine, LOOK_TIMEOUT_MS } from './engine.ts'

const REOPEN_DELAY_BASE_MS = 250
const REOPEN_DELAY_MAX_MS = 5_000
/** The others, health checks above all, would flood the stream. */
const EVENTS = ['start', 'die', 'destroy']

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

export const createEvents = ({ engine, clock, random, logger }: EventsComponents, owner: Owner): Events => {
  const listeners = new Set<() => void>()
  let following: AbortController | null = null

  const tell = (): void => {
    for (const listener of listeners) listener()
  }

  const open = (signal: AbortSignal): Promise<AsyncIterable<unknown>> =>
    engine.call({ timeoutMs: LOOK_TIMEOUT_MS, signal }, async (docker) => {
      const filters = { type: ['container' as const], label: ownerLabels(owner), event: EVENTS }
      return (await docker.getEvents({ filters, abortSignal: signal })) as unknown as AsyncIterable<unknown>
    })

  const pause = (delayMs: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const cancel = clock.after(delayMs, resolve)
      const abort = () => {
        cancel()
        resolve()
      }
      signal.addEventListener('abort', abort, { once: true })
    })

  const follow = async (signal: AbortSignal): Promise<void> => {
    let failures = 0
    while (!signal.aborted) {
      try {
        const events = await open(signal)
        failures = 0
        tell()
        for await (const _ of events) tell()
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
