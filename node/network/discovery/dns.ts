/**
 * Finds addresses of one mesh in the TXT records of a domain.
 *
 * Guarantees: asks again as long as it runs, soon after a failure; what the records hold is bounded, and addresses of another tag are
 * not told. Not guaranteed: that they are true; whoever answers there proves itself.
 */
import { Resolver } from 'node:dns/promises'
import { parseRecord, RECORD_LENGTH_MAX, recordName } from '../../../protocols/discovery/index.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Discovery, FoundNode } from '../../ports/discovery.ts'
import type { Logger } from '../../ports/logger.ts'
import { parseAddress } from '../addresses.ts'
import { createSightings, type Sightings } from './sightings.ts'
import { createTimers, type Timers } from './timers.ts'

/** One try at one name server; the resolver doubles it at the next try. */
const TRY_TIMEOUT_MS = 2_000
const TRIES = 2
/** Between two questions that were answered: Node's resolver does not tell the TTL, and a minute is a usual one. */
const ASK_INTERVAL_MS = 60_000
/** Between two that were not; a network may just be coming up. */
const RETRY_FLOOR_MS = 1_000
const RETRY_CEILING_MS = 30_000
/** Records that are looked at: one for each machine of a mesh of some size. */
const RECORDS_MAX = 64
/** Addresses told at most, so that a hostile zone does not have the world dialled. */
const ADDRESSES_MAX = 64

export interface DnsComponents {
  readonly logger: Logger
  readonly clock: Clock
}

export interface DnsInit {
  /** Names the mesh in its records. */
  readonly tag: string
  readonly domain: string
  /** `IP` or `IP:PORT`; null: those of the system. */
  readonly server: string | null
  /** Of addresses without one. */
  readonly defaultPort: number
}

class DnsDiscovery implements Discovery {
  readonly method = 'dns'
  readonly #init: DnsInit
  readonly #sightings: Sightings
  readonly #timers: Timers
  #trouble: string | null = 'no name server has answered yet'
  #asking: Resolver | null = null
  #isStopped = false

  constructor({ logger, clock }: DnsComponents, init: DnsInit) {
    this.#init = init
    this.#sightings = createSightings(logger)
    this.#timers = createTimers(clock)
  }

  async start(): Promise<void> {
    void this.#ask(RETRY_FLOOR_MS)
  }

  onFound(listener: (found: FoundNode) => void): () => void {
    return this.#sightings.onFound(listener)
  }

  trouble(): string | null {
    return this.#trouble
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#timers.stop()
    this.#asking?.cancel()
  }

  async #ask(retryMs: number): Promise<void> {
    const addresses = await this.#addresses()
    if (this.#isStopped) return
    for (const address of addresses) this.#sightings.tell({ node: null, addresses: [address], method: 'dns' })
    const isFound = addresses.length > 0
    const nextMs = isFound ? RETRY_FLOOR_MS : Math.min(2 * retryMs, RETRY_CEILING_MS)
    this.#timers.after(isFound ? ASK_INTERVAL_MS : retryMs, () => void this.#ask(nextMs))
  }

  /** What the records name now; none, and why, where nothing is found. */
  async #addresses(): Promise<readonly string[]> {
    const { tag, domain, server, defaultPort } = this.#init
    const name = recordName(domain)
    try {
      // A new one each time reads the system's configuration as it is now, on a laptop that has changed its network too.
      this.#asking = new Resolver({ timeout: TRY_TIMEOUT_MS, tries: TRIES })
      if (server !== null) this.#asking.setServers([server])
      const records = await this.#asking.resolveTxt(name)
      const found = addressesIn(records, tag, defaultPort)
      this.#trouble =
        found.length > 0
          ? null
          : `${name} has ${records.length} TXT records, and none names machines of this mesh`
      return found
    } catch (error) {
      this.#trouble = troubleOf(name, error as NodeJS.ErrnoException)
      return []
    }
  }
}

/** The addresses that TXT records, each in its pieces, name for the mesh with this tag, as multiaddrs. */
export const addressesIn = (
  records: readonly (readonly string[])[],
  tag: string,
  defaultPort: number,
): readonly string[] => {
  const written = records
    .slice(0, RECORDS_MAX)
    .flatMap((pieces) => parseRecord(pieces.join('').slice(0, RECORD_LENGTH_MAX + 1), tag))
  const parsed = written.flatMap((text) => {
    try {
      return [parseAddress(text, defaultPort)]
    } catch {
      return []
    }
  })
  return [...new Set(parsed)].slice(0, ADDRESSES_MAX)
}

const troubleOf = (name: string, { code, message }: NodeJS.ErrnoException): string => {
  if (code === 'ENOTFOUND') return `there is no name ${name}`
  if (code === 'ENODATA') return `${name} has no TXT record`
  if (code === 'ETIMEOUT' || code === 'ECONNREFUSED') return `no name server answered for ${name}`
  return `asking for ${name} failed: ${message}`
}

/** Discovery by the TXT records of a domain. */
export const createDnsDiscovery = (components: DnsComponents, init: DnsInit): Discovery =>
  new DnsDiscovery(components, init)
