/** One event after the other: the next is looked at when the work of the last is done. */
import type { MembershipEvent } from '../../protocols/membership/index.ts'

/** Events that wait while the disk is slow, before the oldest message is dropped: SWIM sends again. */
const EVENTS_WAITING_MAX = 1_024

export interface EventQueue {
  /** Queues an event that nobody waits for; what went wrong with it is told to `onFailed`. */
  post(event: MembershipEvent): void
  /** Resolves when the event was handled, or dropped; rejects where `handle` did. */
  push(event: MembershipEvent): Promise<void>
  /** Resolves when nothing waits. */
  idle(): Promise<void>
}

type Settle = (error: unknown) => void

interface Waiting {
  readonly event: MembershipEvent
  /** Called with null when it was handled. */
  readonly settle: Settle | null
}

/** `handle` runs in the same turn when nothing waits; it gives a promise only where there is something to wait for. */
export const createEventQueue = (
  handle: (event: MembershipEvent) => Promise<void> | undefined,
  onFailed: (error: unknown, event: MembershipEvent) => void,
): EventQueue => {
  const waiting: Waiting[] = []
  /** What the queue waits for at present. */
  let working: Promise<void> | null = null
  let isBusy = false

  const dropOldestMessage = (): void => {
    if (waiting.length <= EVENTS_WAITING_MAX) return
    const oldest = waiting.findIndex(({ event }) => event.type === 'received')
    if (oldest >= 0) waiting.splice(oldest, 1)[0]?.settle?.(null)
  }

  const settle = ({ event, settle }: Waiting, error: unknown): void => {
    if (settle !== null) settle(error)
    else if (error !== null) onFailed(error, event)
  }

  const goOnAfter = async (work: Promise<void>, next: Waiting): Promise<void> => {
    const error = await work.then(
      () => null,
      (reason: unknown) => reason,
    )
    settle(next, error)
    isBusy = false
    working = null
    drain()
  }

  const drain = (): void => {
    while (!isBusy) {
      const next = waiting.shift()
      if (next === undefined) return
      isBusy = true
      try {
        const work = handle(next.event)
        if (work !== undefined) {
          working = goOnAfter(work, next)
          return
        }
        settle(next, null)
      } catch (error) {
        settle(next, error)
      }
      isBusy = false
    }
  }

  const queue = (event: MembershipEvent, settle: Settle | null): void => {
    waiting.push({ event, settle })
    dropOldestMessage()
    drain()
  }

  return {
    post: (event) => queue(event, null),
    push: (event) =>
      new Promise((resolve, reject) => {
        queue(event, (error) => (error === null ? resolve() : reject(error)))
      }),
    idle: async () => {
      while (working !== null) await working
    },
  }
}
