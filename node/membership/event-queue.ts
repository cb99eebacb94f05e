/** One event after the other: the next is looked at when the work of the last is done. */
import type { MembershipEvent } from '../../protocols/membership/index.ts'

/** Events that wait while the disk is slow, before the oldest message is dropped: SWIM sends again. */
const EVENTS_WAITING_MAX = 1_024

export interface EventQueue {
  /** Resolves when the event was handled, or dropped; rejects where `handle` did. */
  push(event: MembershipEvent): Promise<void>
  /** Resolves when nothing waits. */
  idle(): Promise<void>
}

interface Waiting {
  readonly event: MembershipEvent
  readonly settle: (error: Error | null) => void
}

/** `handle` runs in the same turn when nothing waits; it gives a promise only where there is something to wait for. */
export const createEventQueue = (
  handle: (event: MembershipEvent) => Promise<void> | undefined,
): EventQueue => {
  const waiting: Waiting[] = []
  let draining: Promise<void> | null = null
  let isBusy = false

  const dropOldestMessage = (): void => {
    if (waiting.length <= EVENTS_WAITING_MAX) return
    const oldest = waiting.findIndex(({ event }) => event.type === 'received')
    if (oldest >= 0) waiting.splice(oldest, 1)[0]?.settle(null)
  }

  const drain = async (): Promise<void> => {
    isBusy = true
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      try {
        const work = handle(next.event)
        if (work !== undefined) await work
        next.settle(null)
      } catch (error) {
        next.settle(error as Error)
      }
    }
    isBusy = false
  }

  return {
    push: (event) =>
      new Promise((resolve, reject) => {
        waiting.push({ event, settle: (error) => (error === null ? resolve() : reject(error)) })
        dropOldestMessage()
        if (!isBusy) draining = drain()
      }),
    idle: async () => {
      await draining
    },
  }
}
