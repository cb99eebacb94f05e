import type { Clock, Random } from '../ports/clock.ts'
import type { Discovery } from '../ports/discovery.ts'
import type { Connections } from '../ports/network.ts'
import type { Ground } from './ground.ts'

/** One connection: a machine that starts at the same time may take seconds. */
const DIAL_TIMEOUT_MS = 5_000

/** Addresses without a name that are dialled: those of a large mesh, and no more than a hostile zone can add. */
const ADDRESSES_MAX = 256

/** Between two tries: soon at first, for all machines may be starting together; half a minute in the end. */
const RETRY_FLOOR_MS = 500
const RETRY_CEILING_MS = 30_000

interface DialingComponents {
  readonly connections: Pick<Connections, 'dial'>
  readonly clock: Clock
  readonly random: Random
}

/** Connects to whoever answers at `address`; tries until somebody does, or the returned function is called. */
const keepDialing = ({ connections, clock, random }: DialingComponents, address: string): (() => void) => {
  const ended = new AbortController()
  let cancelRetry: () => void = () => undefined
  const attempt = async (retryMs: number): Promise<void> => {
    try {
      await connections.dial(address, { timeoutMs: DIAL_TIMEOUT_MS, signal: ended.signal })
    } catch {
      if (ended.signal.aborted) return
      const nextMs = Math.min(2 * retryMs, RETRY_CEILING_MS)
      cancelRetry = clock.after((0.5 + random()) * retryMs, () => void attempt(nextMs))
    }
  }
  void attempt(RETRY_FLOOR_MS)
  return () => {
    ended.abort()
    cancelRetry()
  }
}

/**
 * Tells the roster where members were seen. Who is at an address that a person gave, a connection tells: so the members
 * find each other again also where all of them have moved. Starts the discoveries, unless joining did.
 */
export const followDiscoveries = async (
  {
    network: { connections },
    clock,
    random,
    shutdown,
  }: Pick<Ground, 'network' | 'clock' | 'random' | 'shutdown'>,
  discoveries: readonly Discovery[],
  areStarted: boolean,
): Promise<void> => {
  /** By address: what a zone says again and again is dialled once. */
  const stops = new Map<string, () => void>()
  shutdown.add('discovery', async () => {
    for (const stop of stops.values()) stop()
    for (const discovery of discoveries) await discovery.stop()
  })
  for (const discovery of discoveries) {
    discovery.onFound(({ node, addresses }) => {
      if (node !== null) return connections.learn(node, addresses)
      for (const address of addresses)
        if (!stops.has(address) && stops.size < ADDRESSES_MAX)
          stops.set(address, keepDialing({ connections, clock, random }, address))
    })
    if (!areStarted) await discovery.start()
  }
}
