/**
 * Two ends of a connection joined.
 *
 * Guarantees: what one says arrives at the other in order; the end of one direction, and a reset, are passed on as what they are;
 * whoever reads slowly slows the writer, and nothing is read ahead but the streams' own buffers.
 */
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { IDLE_MS } from './limits.ts'

/** A connection under way. */
export interface Joined {
  /** For how long nothing was said, where the task spoke last; null where it has not, and is to answer, or to speak first. */
  quietMs(): number | null
  /** Ends both directions, when what was said has been delivered. */
  end(): void
  reset(): void
}

export const reset = (end: Duplex): void => {
  if (end instanceof Socket) end.resetAndDestroy()
  else end.destroy(new Error('the other end was reset'))
}

const isWhole = ({ readableEnded, writableFinished }: Duplex): boolean => readableEnded && writableFinished

const carry = (from: Duplex, to: Duplex, onSaid: () => void): void => {
  from.on('data', (chunk) => {
    onSaid()
    if (!to.write(chunk)) from.pause()
  })
  to.on('drain', () => from.resume())
  from.on('end', () => to.end())
  // Its reason comes with the close, which tells both ends from one place.
  from.on('error', () => {})
  from.on('close', () => {
    if (!isWhole(from)) reset(to)
  })
}

/** `onOver` is called once, when both ends are closed. */
export const join = (client: Duplex, task: Duplex, nowMs: () => number, onOver: () => void): Joined => {
  let taskSpokeAtMs: number | null = null
  let open = 2
  const close = (): void => {
    open -= 1
    if (open === 0) onOver()
  }
  const joined: Joined = {
    quietMs: () => (taskSpokeAtMs === null ? null : nowMs() - taskSpokeAtMs),
    end: () => {
      client.end()
      task.end()
    },
    reset: () => {
      reset(client)
      reset(task)
    },
  }
  for (const end of [client, task]) {
    if (end.closed) close()
    else end.once('close', close)
    if (end instanceof Socket) end.setTimeout(IDLE_MS, joined.reset)
  }
  carry(client, task, () => {
    taskSpokeAtMs = null
  })
  carry(task, client, () => {
    taskSpokeAtMs = nowMs()
  })
  // One that ended before it was joined tells of that no more.
  if (client.closed) reset(task)
  else if (task.closed) reset(client)
  return joined
}
