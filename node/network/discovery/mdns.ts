/**
 * Finds the nodes of one mesh by multicast DNS, on every IPv4 interface, on some of them, or on loopback alone.
 *
 * Guarantees: a socket that fails is warned of once and tried again at the next look at the interfaces; nothing
 * that arrives ends the process. Not guaranteed: that a found address is true; whoever answers there proves itself.
 */
import { networkInterfaces } from 'node:os'
import type { Clock, Random } from '../../ports/clock.ts'
import type { Discovery, FoundNode } from '../../ports/discovery.ts'
import type { Logger } from '../../ports/logger.ts'
import { type Announcement, announcementsIn, type ReceivedRecord, recordsOf, serviceName } from './records.ts'
import { type MulticastSocket, openMulticastSocket, type Packet } from './socket.ts'

/** Questions after the start and on a new interface: the first may be lost, and a join waits for the answer. */
const FIRST_QUERIES_MS = [0, 200, 1_000]
/** Questions later on, for those that were away. */
const QUERY_INTERVAL_MS = 30_000
/** How soon a new interface, or a change of our own addresses, is seen. */
const RESCAN_INTERVAL_MS = 5_000
/** At most one answer in this time, whoever asks and how often: an answer reaches everybody. */
const ANSWER_INTERVAL_MS = 500
/** Answers of several nodes to one question are spread over this (RFC 6762, section 6). */
const ANSWER_DELAY_MS = 100
/** Interfaces used at once; a machine with more is a container host, and its first ones are real. */
const INTERFACES_MAX = 16

const LOOPBACK = '127.0.0.1'

export interface MdnsComponents {
  readonly logger: Logger
  readonly clock: Clock
  readonly random: Random
}

export interface MdnsInit {
  /** Names the mesh, as a short DNS label that tells nothing of its secret. */
  readonly serviceTag: string
  /** By name, where not all of them are meant. */
  readonly interfaces: 'all' | 'loopback' | readonly string[]
  /** What to say of this node; null to say nothing. */
  readonly announce: () => Announcement | null
}

class MdnsDiscovery implements Discovery {
  readonly #components: MdnsComponents
  readonly #init: MdnsInit
  readonly #service: string
  readonly #listeners = new Set<(found: FoundNode) => void>()
  /** By the address of the interface. */
  readonly #sockets = new Map<string, MulticastSocket>()
  readonly #warned = new Set<string>()
  readonly #timers = new Set<() => void>()
  #answered = ''
  #answerAfterMs = Number.NEGATIVE_INFINITY
  #answerPending = false

  constructor(components: MdnsComponents, init: MdnsInit) {
    this.#components = components
    this.#init = init
    this.#service = serviceName(init.serviceTag)
  }

  async start(): Promise<void> {
    this.#rescan()
    this.#every(QUERY_INTERVAL_MS, () => this.#ask())
    this.#every(RESCAN_INTERVAL_MS, () => this.#rescan())
  }

  onFound(listener: (found: FoundNode) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async stop(): Promise<void> {
    for (const cancel of this.#timers) cancel()
    this.#timers.clear()
    await Promise.all([...this.#sockets.values()].map((socket) => socket.close()))
    this.#sockets.clear()
  }

  /** Follows the interfaces of the machine, and tells of ourselves where there is something new to tell. */
  #rescan(): void {
    const { interfaces } = this.#init
    const wanted = interfaces === 'loopback' ? [LOOPBACK] : interfaceAddresses(interfaces)
    for (const [address, socket] of this.#sockets) {
      if (wanted.includes(address)) continue
      this.#sockets.delete(address)
      void socket.close()
    }
    const added = wanted.filter((address) => !this.#sockets.has(address))
    for (const address of added) this.#open(address)
    if (added.length > 0) for (const afterMs of FIRST_QUERIES_MS) this.#after(afterMs, () => this.#ask())
    const own = this.#init.announce()
    if (own !== null && (added.length > 0 || JSON.stringify(own) !== this.#answered)) this.#answer()
  }

  #open(address: string): void {
    const socket = openMulticastSocket(address, {
      onPacket: (packet) => this.#onPacket(packet),
      onWarning: (error) => this.#warn(address, error),
      onFailure: (error) => {
        this.#warn(address, error)
        if (this.#sockets.get(address) === socket) this.#sockets.delete(address)
      },
    })
    this.#sockets.set(address, socket)
  }

  #ask(): void {
    for (const socket of this.#sockets.values()) socket.query(this.#service)
  }

  /** Answers everybody, a little later, unless that has just been done. */
  #answer(): void {
    const { clock, random } = this.#components
    if (this.#answerPending) return
    this.#answerPending = true
    const waitMs = Math.max(0, this.#answerAfterMs - clock.nowMs()) + random() * ANSWER_DELAY_MS
    this.#after(waitMs, () => {
      this.#answerPending = false
      this.#answerAfterMs = clock.nowMs() + ANSWER_INTERVAL_MS
      const own = this.#init.announce()
      if (own === null) return
      this.#answered = JSON.stringify(own)
      for (const socket of this.#sockets.values()) socket.respond(recordsOf(this.#service, own))
    })
  }

  #onPacket({ from, questions, records }: Packet): void {
    // Linux hands a packet to every socket on the port, whichever interface it came in on.
    if (this.#init.interfaces === 'loopback' && !from.startsWith('127.')) return
    if (questions.some(({ name }) => name.toLowerCase() === this.#service)) this.#answer()
    this.#tell(records)
  }

  #tell(records: readonly ReceivedRecord[]): void {
    const self = this.#init.announce()?.node
    for (const { node, addresses } of announcementsIn(this.#service, records)) {
      if (node === self) continue
      for (const listener of this.#listeners)
        try {
          listener({ node, addresses, method: 'mdns' })
        } catch (error) {
          this.#components.logger.error({ error }, 'a discovery listener failed')
        }
    }
  }

  #warn(address: string, error: Error): void {
    if (this.#warned.has(address)) return
    this.#warned.add(address)
    this.#components.logger.warn({ error, interface: address }, 'mDNS does not work on an interface')
  }

  #every(intervalMs: number, task: () => void): void {
    this.#after(intervalMs, () => {
      task()
      this.#every(intervalMs, task)
    })
  }

  #after(afterMs: number, task: () => void): void {
    const cancel = this.#components.clock.after(afterMs, () => {
      this.#timers.delete(cancel)
      task()
    })
    this.#timers.add(cancel)
  }
}

/** One IPv4 address of each interface, loopback too: nodes of one machine may listen there. */
const interfaceAddresses = (names: 'all' | readonly string[]): readonly string[] =>
  Object.entries(networkInterfaces())
    .filter(([name]) => names === 'all' || names.includes(name))
    .flatMap(([, addresses]) => (addresses ?? []).filter(({ family }) => family === 'IPv4').slice(0, 1))
    .map(({ address }) => address)
    .slice(0, INTERFACES_MAX)

/** Multicast DNS under a tag of the mesh's own. Throws a TypeError when the tag is not a short DNS label. */
export const createMdnsDiscovery = (components: MdnsComponents, init: MdnsInit): Discovery =>
  new MdnsDiscovery(components, init)
