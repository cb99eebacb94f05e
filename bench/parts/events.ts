/** The events of a daemon as they come, over its unix socket. */
import { request } from 'node:http'
import { createInterface } from 'node:readline'
import type { EventLine } from '../../protocols/control/index.ts'
import type { RunningDaemon } from '../../test/support/daemons.ts'

/** Calls `onEvent` with each event from now on; resolves once the daemon tells. The returned function ends it. */
export const followEvents = async (
  { ready: { socket: socketPath } }: RunningDaemon,
  onEvent: (event: EventLine) => void,
): Promise<() => void> => {
  const told = Promise.withResolvers<void>()
  const asked = request({ socketPath, path: '/v1/events?follow=true' }, (response) => {
    told.resolve()
    const lines = createInterface({ input: response })
    lines.on('line', (line) => onEvent(JSON.parse(line) as EventLine))
    // A daemon that ends takes its stream with it.
    for (const source of [response, lines]) source.on('error', () => undefined)
  })
  asked.on('error', told.reject)
  asked.end()
  await told.promise
  return () => {
    asked.removeAllListeners('error').on('error', () => undefined)
    asked.destroy()
  }
}
