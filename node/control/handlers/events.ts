import type { EventSource } from '../components.ts'
import { followEvents } from '../follow-events.ts'
import type { Handler } from './handler.ts'

export const handleEvents =
  (source: EventSource): Handler<'GET /v1/events'> =>
  ({ query: { since = null, follow = false } }, { signal }) =>
    followEvents(source, { since, follow, signal })
