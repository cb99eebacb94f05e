/**
 * Finds the nodes of one mesh by multicast DNS, on every interface, on some of them, or on loopback alone.
 *
 * Guarantees: nothing that arrives ends the process. Not guaranteed: that a found address is true; whoever answers there
 * proves itself.
 */
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'
import type { Clock, Random } from '../../ports/clock.ts'
import type { Discovery, FoundNode } from '../../ports/discovery.ts'
import type { Logger } from '../../ports/logger.ts'
import { linkLocal } from '../interfaces.ts'
import { InterfaceSockets, type Interfaces } from './interface-sockets.ts'
import { type Announcement, announcementsIn, type ReceivedRecord, recordsOf, serviceName } from './records.ts'
import { createSightings, type Sightings } from './sightings.ts'
import { type MulticastPlace, type MulticastSocket, openMulticastSocket, type Packet } from './socket.ts'

/** At most one answer in this time, whoever asks and how often: an answer reaches everybody. */
const ANSWER_INTERVAL_MS = 500
/** Answers of several nodes to one question are spread over this (RFC 6762, section 6). */
const ANSWER_DELAY_MS = 100
/** Places used at once; a machine with more is a container host, and its first ones are real. */
const PLACES_MAX = 32

const LOOPBACK: MulticastPlace = { family: 'udp4', local: '127.0.0.1' }

export interface MdnsComponents {
  readonly logger: Logger
  readonly clock: Clock
  readonly random: Random
}

export interface MdnsInit {
  /** Names the mesh, as a short DNS label that tells nothing of its secret. */
  readonly serviceTag: string
  /** By name, where not all of them are meant. */
  readonly interfaces: Interfaces
  /** What to say of this node; null to say nothing. */
  readonly announce: () => Announcement | null
}

class MdnsDiscovery implements Discovery {
  readonly method = 'mdns'
  readonly #components: MdnsComponents
  readonly #init: MdnsInit
  readonly #service: string
  readonly #sightings: Sightings
  readonly #sockets: InterfaceSockets<MulticastPlace, MulticastSocket>
  #answered = ''
  #answerAfterMs = Number.NEGATIVE_INFINITY
  #answerPending = false

  constructor(components: MdnsComponents, init: MdnsInit) {
    this.#components = components
    this.#init = init
    this.#service = serviceName(init.serviceTag)
    this.#sightings = createSightings(components.logger)
    this.#sockets = new InterfaceSockets(components, {
      what: 'mDNS',
      places: () => new Map(placesOf(init.interfaces).map((place) => [place.local, place])),
      open: (place, events) =>
        openMulticastSocket(place, { ...events, onPacket: (packet) => this.#onPacket(packet) }),
      ask: (socket) => socket.query(this.#service),
      onLook: (isNew) => this.#announceNews(isNew),
    })
  }

  async start(): Promise<void> {
    this.#sockets.start()
  }

  onFound(listener: (found: FoundNode) => void): () => void {
    return this.#sightings.onFound(listener)
  }

  trouble(): string | null {
    return this.#sockets.trouble()
  }

  stop(): Promise<void> {
    return this.#sockets.stop()
  }

  /** Tells of ourselves where there is something new to tell. */
  #announceNews(isNewInterface: boolean): void {
    const own = this.#init.announce()
    if (own !== null && (isNewInterface || JSON.stringify(own) !== this.#answered)) this.#answer()
  }

  /** Answers everybody, a little later, unless that has just been done. */
  #answer(): void {
    const { clock, random } = this.#components
    if (this.#answerPending) return
    this.#answerPending = true
    const waitMs = Math.max(0, this.#answerAfterMs - clock.nowMs()) + random() * ANSWER_DELAY_MS
    this.#sockets.timers.after(waitMs, () => {
      this.#answerPending = false
      this.#answerAfterMs = clock.nowMs() + ANSWER_INTERVAL_MS
      const own = this.#init.announce()
      if (own === null) return
      this.#answered = JSON.stringify(own)
      for (const socket of this.#sockets.all()) socket.respond(recordsOf(this.#service, own))
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
    for (const found of announcementsIn(this.#service, records))
      if (found.node !== self) this.#sightings.tell({ ...found, method: 'mdns' })
  }
}

/** One of each family on each interface, loopback too: nodes of one machine may listen there. */
const placesOf = (which: Interfaces): readonly MulticastPlace[] =>
  which === 'loopback'
    ? [LOOPBACK]
    : Object.entries(networkInterfaces())
        .filter(([name]) => which === 'all' || which.includes(name))
        .flatMap(([name, addresses = []]) => placesOn(name, addresses))
        .slice(0, PLACES_MAX)

const placesOn = (name: string, addresses: readonly NetworkInterfaceInfo[]): readonly MulticastPlace[] => {
  const ipv4 = addresses.find(({ family }) => family === 'IPv4')?.address
  const ipv6 = addresses.flatMap((info) => linkLocal(name, info) ?? [])[0]
  return [
    ...(ipv4 === undefined ? [] : [{ family: 'udp4', local: ipv4 } as const]),
    ...(ipv6 === undefined ? [] : [{ family: 'udp6', local: ipv6 } as const]),
  ]
}

/** Multicast DNS under a tag of the mesh's own. Throws a TypeError when the tag is not a short DNS label. */
export const createMdnsDiscovery = (components: MdnsComponents, init: MdnsInit): Discovery =>
  new MdnsDiscovery(components, init)
