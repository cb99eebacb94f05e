import { EVENTS_KEPT_MAX, type Event } from '../../protocols/control/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { EventLog } from './components.ts'

/**
 * Keeps the last events and tells new ones to its subscribers, in order.
 *
 * Sequence numbers begin at the wall clock's milliseconds, so that they grow over a restart too: nobody records a
 * thousand events a second for long.
 */
export const createEventLog = ({ clock }: { readonly clock: Pick<Clock, 'wallMs'> }): EventLog => {
  const kept: Event[] = []
  const listeners = new Set<(event: Event) => void>()
  let next = clock.wallMs()
  return {
    record: (happening) => {
      const event: Event = { sequence: next++, atMs: clock.wallMs(), ...happening }
      kept.push(event)
      if (kept.length > EVENTS_KEPT_MAX) kept.shift()
      for (const listener of listeners) listener(event)
    },
    since: (sequence) => {
      if (sequence === null) return { events: [...kept], gap: false }
      const oldest = kept[0]?.sequence ?? next
      return {
        events: kept.filter((event) => event.sequence > sequence),
        gap: sequence < oldest - 1 || sequence >= next,
      }
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
