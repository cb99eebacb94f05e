/** A wait that ends with what happens in the mesh. */
import type { Client } from './client.ts'

/**
 * Gives a wait that ends with the next event about tasks or services since the last one, after `ms`, or with the signal. Events are
 * hints: without them it ends by the clock.
 */
export const wakeOnEvents = (client: Client, signal: AbortSignal): ((ms: number) => Promise<void>) => {
  let wake = Promise.withResolvers<void>()
  const follow = async () => {
    for await (const { type } of client.stream('GET /v1/events', { query: { follow: true } }, signal))
      if (type.startsWith('task') || type === 'revisionAccepted') wake.resolve()
  }
  follow().catch(() => {})
  signal.addEventListener('abort', () => wake.resolve())
  return async (ms) => {
    const timer = setTimeout(wake.resolve, ms)
    await wake.promise
    clearTimeout(timer)
    wake = Promise.withResolvers<void>()
  }
}
