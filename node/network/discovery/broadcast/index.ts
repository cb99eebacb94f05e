/**
 * Finds the nodes of one mesh by UDP: broadcast on IPv4, a link-local group on IPv6, on every interface, on some, or on loopback alone.
 *
 * Guarantees: what is sent tells a stranger nothing; an answer goes to the asker alone, is no longer than its question, and is
 * given once for each nonce; nothing that arrives ends the process. Not guaranteed: that a found address is true.
 */
import { randomBytes } from 'node:crypto'
import { NONCE_BYTES } from '../../../../protocols/discovery/index.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Discovery, FoundNode } from '../../../ports/discovery.ts'
import type { Logger } from '../../../ports/logger.ts'
import { isMultiaddr, isNodeId } from '../claims.ts'
import { InterfaceSockets, type Interfaces } from '../interface-sockets.ts'
import type { Announcement } from '../records.ts'
import { createSightings, type Sightings } from '../sightings.ts'
import { createAnswerBudget } from './answer-budget.ts'
import { openPacket, sealPacket } from './packet.ts'
import { type Segment, segmentsOf } from './segments.ts'
import { type Asker, openSegmentSockets, type SegmentSockets } from './sockets.ts'

/** Questions whose answers still count: those of the start, and one more. */
const NONCES_KEPT = 4

export interface BroadcastComponents {
  readonly logger: Logger
  readonly clock: Clock
}

export interface BroadcastInit {
  /** 32 bytes that only the mesh has. */
  readonly key: Uint8Array
  readonly port: number
  readonly interfaces: Interfaces
  /** What to say of this node, null to say nothing yet; null where it only looks. */
  readonly announce: (() => Announcement | null) | null
}

class BroadcastDiscovery implements Discovery {
  readonly method = 'broadcast'
  readonly #init: BroadcastInit
  readonly #sightings: Sightings
  readonly #sockets: InterfaceSockets<Segment, SegmentSockets>
  readonly #mayAnswer: (nonce: string) => boolean
  /** In hexadecimal, the newest last. */
  readonly #asked = new WeakMap<SegmentSockets, string[]>()

  constructor(components: BroadcastComponents, init: BroadcastInit) {
    this.#init = init
    this.#sightings = createSightings(components.logger)
    this.#mayAnswer = createAnswerBudget(components.clock)
    this.#sockets = new InterfaceSockets(components, {
      what: 'UDP broadcast',
      places: () => new Map(segmentsOf(init.interfaces).map((segment) => [segment.key, segment])),
      open: (segment, events) => {
        const isFindable = init.announce !== null
        const sockets: SegmentSockets = openSegmentSockets(
          segment,
          { port: init.port, isFindable },
          {
            ...events,
            onQuestion: (packet, asker) => this.#onQuestion(sockets, packet, asker),
            onAnswer: (packet) => this.#onAnswer(sockets, packet),
          },
        )
        return sockets
      },
      ask: (sockets) => this.#ask(sockets),
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

  #ask(sockets: SegmentSockets): void {
    const nonce = new Uint8Array(randomBytes(NONCE_BYTES))
    const asked = [...(this.#asked.get(sockets) ?? []), hex(nonce)].slice(-NONCES_KEPT)
    this.#asked.set(sockets, asked)
    sockets.ask(sealPacket(this.#init.key, { type: 'question', nonce }))
  }

  #onQuestion(sockets: SegmentSockets, packet: Uint8Array, asker: Asker): void {
    const { key, announce } = this.#init
    const message = openPacket(key, packet)
    if (announce === null || message?.type !== 'question') return
    const own = announce()
    if (own === null || own.addresses.length === 0 || !this.#mayAnswer(hex(message.nonce))) return
    const { node, addresses } = own
    sockets.answer(
      sealPacket(key, { type: 'answer', nonce: message.nonce, node, addresses: [...addresses] }),
      asker,
    )
  }

  #onAnswer(sockets: SegmentSockets, packet: Uint8Array): void {
    const message = openPacket(this.#init.key, packet)
    if (message?.type !== 'answer' || !this.#asked.get(sockets)?.includes(hex(message.nonce))) return
    const { node } = message
    if (!isNodeId(node) || node === this.#init.announce?.()?.node) return
    const addresses = message.addresses.filter(isMultiaddr)
    if (addresses.length > 0) this.#sightings.tell({ node, addresses, method: 'broadcast' })
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** UDP discovery of the mesh that has this key. */
export const createBroadcastDiscovery = (components: BroadcastComponents, init: BroadcastInit): Discovery =>
  new BroadcastDiscovery(components, init)
