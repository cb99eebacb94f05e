/** One event after the other: the next is looked at when the work of the last is done. */
import type { MembershipEvent } from '../../protocols/membership/index.ts'

/** Messages that wait while the disk is slow, before the oldest is dropped: SWIM sends again. */
export const MESSAGES_WAITING_MAX = 1_024

export interface EventQueue {
  /** Resolves when the event was handled; rejects where `handle` threw. An event that was dropped is settled too. */
  push(event: MembershipEvent): Promise<void>
}

interface Waiting {
  readonly event: MembershipEvent
  readonly settle: (error: Error | null) => void
}

/** `handle` runs at once, in the same turn, when nothing waits. */
export const createEventQueue = (
  handle: (event: MembershipEvent) => Promise<void> | undefined,
): EventQueue => {
  const waiting: Waiting[] = []
  let isBusy = false

  const dropOldestMessage = (): void => {
    const messages = waiting.filter(({ event }) => event.type === 'received')
    if (messages.length <= MESSAGES_WAITING_MAX) return
    const [dropped] = waiting.splice(waiting.indexOf(messages[0] as Waiting), 1)
    dropped?.settle(null)
  }

  const drain = async (): Promise<void> => {
    if (isBusy) return
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
        void drain()
      }),
  }
}
