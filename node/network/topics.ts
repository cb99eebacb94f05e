/** Gossip among members, and the watchdog that heals a peer which gossipsub has dropped. */
import { CoterieError } from '../../protocols/errors/index.ts'
import { GOSSIP_BYTES_MAX, type NodeId } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Topics } from '../ports/network.ts'
import type { Gate } from './gate.ts'
import { createGossip, type Gossip, type Message } from './gossip.ts'
import type { HostParts } from './host.ts'
import { GOSSIP_HEARTBEAT_MS, GOSSIP_SILENCE_MS, GOSSIP_SILENCE_MS_MAX } from './limits.ts'
import type { Peers } from './peers.ts'

export interface TopicsComponents {
  readonly logger: Logger
  readonly clock: Clock
  readonly gate: Gate
  readonly peers: Peers
}

type Listener = (from: NodeId, payload: Uint8Array) => void

interface Silence {
  sinceMs: number
  patienceMs: number
}

export class GossipTopics implements Topics {
  readonly #components: TopicsComponents
  readonly #listeners = new Map<string, Listener[]>()
  /** Connected members of whom no subscription is known. */
  readonly #silent = new Map<NodeId, Silence>()
  #gossip: Gossip | null = null
  #cancelWatch = (): void => {}

  constructor(components: TopicsComponents) {
    this.#components = components
  }

  async start(parts: HostParts): Promise<void> {
    const gossip = createGossip(parts, this.#components.gate)
    gossip.pubsub.addEventListener('message', ({ detail }) => this.#onMessage(detail))
    await gossip.pubsub.start()
    this.#gossip = gossip
    for (const topic of this.#listeners.keys()) gossip.pubsub.subscribe(topic)
    for (const node of this.#components.peers.connected()) this.onConnected(node)
    this.#watch()
  }

  async stop(): Promise<void> {
    this.#cancelWatch()
    await this.#gossip?.pubsub.stop()
    this.#gossip = null
  }

  publish(topic: string, payload: Uint8Array): void {
    const bytes = payload.byteLength
    if (bytes > GOSSIP_BYTES_MAX)
      throw new CoterieError('frameTooLarge', { bytes, bytesMax: GOSSIP_BYTES_MAX })
    this.#gossip?.pubsub
      .publish(topic, payload)
      .catch((error) => this.#components.logger.debug({ error, topic }, 'gossip could not be published'))
  }

  subscribe(topic: string, listener: Listener): void {
    const listeners = this.#listeners.get(topic)
    if (listeners !== undefined) {
      listeners.push(listener)
      return
    }
    this.#listeners.set(topic, [listener])
    this.#gossip?.pubsub.subscribe(topic)
  }

  /** Also for a newer connection of the same member: gossipsub needs a stream on one that lives. */
  onConnected(node: NodeId): void {
    const connection = this.#components.peers.preferred(node)
    if (connection !== null) this.#gossip?.members.announce(connection)
  }

  onDisconnected(node: NodeId): void {
    const silence = this.#silent.get(node)
    if (silence !== undefined) silence.sinceMs = Number.POSITIVE_INFINITY
    this.#gossip?.members.retract(node)
  }

  #onMessage(message: Message): void {
    if (message.type !== 'signed') return
    const from = message.from.toString()
    if (!this.#components.gate.isMember(from)) return
    for (const listener of this.#listeners.get(message.topic) ?? [])
      try {
        listener(from, message.data)
      } catch (error) {
        this.#components.logger.error({ error, from, topic: message.topic }, 'a gossip listener failed')
      }
  }

  #watch(): void {
    this.#cancelWatch = this.#components.clock.after(GOSSIP_HEARTBEAT_MS, () => {
      this.#lookForSilence()
      this.#watch()
    })
  }

  #lookForSilence(): void {
    const { clock, gate, logger, peers } = this.#components
    if (this.#gossip === null || this.#listeners.size === 0) return
    const { pubsub } = this.#gossip
    const subscribers = new Set(
      [...this.#listeners.keys()].flatMap((topic) =>
        pubsub.getSubscribers(topic).map((peer) => peer.toString()),
      ),
    )
    for (const node of this.#silent.keys())
      if (subscribers.has(node) || !gate.isMember(node)) this.#silent.delete(node)
    for (const node of peers.connected()) {
      if (subscribers.has(node)) continue
      const silence = this.#silent.get(node) ?? {
        sinceMs: Number.POSITIVE_INFINITY,
        patienceMs: GOSSIP_SILENCE_MS,
      }
      this.#silent.set(node, silence)
      silence.sinceMs = Math.min(silence.sinceMs, clock.nowMs())
      if (clock.nowMs() - silence.sinceMs < silence.patienceMs) continue
      logger.info({ peer: node }, 'a member takes no part in gossip; connecting to it anew')
      silence.patienceMs = Math.min(2 * silence.patienceMs, GOSSIP_SILENCE_MS_MAX)
      peers.closeAll(node)
    }
  }
}
