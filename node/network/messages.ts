/** Small messages: one kept stream per peer and protocol, and a bounded queue that drops the oldest. */
import { CoterieError } from '../../protocols/errors/index.ts'
import {
  FRAME_BYTES_MAX,
  type NodeId,
  PEER_QUEUE_LENGTH_MAX,
  type ProtocolId,
} from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Messages } from '../ports/network.ts'
import { withDeadline } from './deadline.ts'
import { createFrameStream, type OwnFrameStream } from './frame-stream.ts'
import type { Greeter } from './greeter.ts'
import { MESSAGE_OPEN_TIMEOUT_MS, MESSAGE_REOPEN_MS, PEER_QUEUE_BYTES_MAX } from './limits.ts'
import type { Peers } from './peers.ts'
import type { Protocols } from './protocols.ts'

export interface MessagesComponents {
  readonly logger: Logger
  readonly clock: Clock
  readonly peers: Peers
  readonly greeter: Greeter
  readonly protocols: Protocols
}

interface Outbox {
  readonly queue: Uint8Array[]
  bytes: number
  stream: OwnFrameStream | null
  pumping: boolean
  /** After a refusal nothing is sent before this. */
  openAfterMs: number
  /** True once another outbox takes its place. */
  gone: boolean
}

export class StreamMessages implements Messages {
  readonly #components: MessagesComponents
  readonly #outboxes = new Map<NodeId, Map<ProtocolId, Outbox>>()

  constructor(components: MessagesComponents) {
    this.#components = components
  }

  onMessage(protocol: ProtocolId, listener: (from: NodeId, payload: Uint8Array) => void): void {
    this.#components.protocols.handle(protocol, async (stream) => {
      for (let payload = await stream.read(); payload !== null; payload = await stream.read()) {
        try {
          listener(stream.peer, payload)
        } catch (error) {
          this.#components.logger.error({ error, peer: stream.peer, protocol }, 'a message listener failed')
        }
      }
    })
  }

  send(to: NodeId, protocol: ProtocolId, payload: Uint8Array): void {
    const bytes = payload.byteLength
    if (bytes > FRAME_BYTES_MAX) throw new CoterieError('frameTooLarge', { bytes, bytesMax: FRAME_BYTES_MAX })
    if (this.#components.peers.preferred(to) === null) return
    const outbox = this.#outbox(to, protocol)
    if (this.#components.clock.nowMs() < outbox.openAfterMs) return
    outbox.queue.push(payload)
    outbox.bytes += bytes
    while (outbox.queue.length > PEER_QUEUE_LENGTH_MAX || outbox.bytes > PEER_QUEUE_BYTES_MAX) take(outbox)
    if (!outbox.pumping) void this.#pump(to, protocol, outbox)
  }

  /** Ends the kept streams of a peer: it is gone, or a newer connection is to carry them. */
  reset(peer: NodeId): void {
    for (const outbox of this.#outboxes.get(peer)?.values() ?? []) {
      outbox.gone = true
      outbox.stream?.abort()
    }
    this.#outboxes.delete(peer)
  }

  #outbox(to: NodeId, protocol: ProtocolId): Outbox {
    const ofPeer = this.#outboxes.get(to) ?? new Map<ProtocolId, Outbox>()
    this.#outboxes.set(to, ofPeer)
    const outbox = ofPeer.get(protocol) ?? {
      queue: [],
      bytes: 0,
      stream: null,
      pumping: false,
      openAfterMs: Number.NEGATIVE_INFINITY,
      gone: false,
    }
    ofPeer.set(protocol, outbox)
    return outbox
  }

  async #pump(to: NodeId, protocol: ProtocolId, outbox: Outbox): Promise<void> {
    outbox.pumping = true
    try {
      while (outbox.queue.length > 0) {
        if (outbox.stream === null || !outbox.stream.writable) outbox.stream = await this.#open(to, protocol)
        if (outbox.gone) return outbox.stream.abort()
        const payload = take(outbox)
        if (payload !== undefined) await outbox.stream.write(payload)
      }
    } catch (error) {
      this.#components.logger.debug({ error, peer: to, protocol }, 'messages to a peer were dropped')
      outbox.stream?.abort()
      outbox.stream = null
      outbox.queue.length = 0
      outbox.bytes = 0
      outbox.openAfterMs = this.#components.clock.nowMs() + MESSAGE_REOPEN_MS
    } finally {
      outbox.pumping = false
    }
  }

  async #open(to: NodeId, protocol: ProtocolId): Promise<OwnFrameStream> {
    const { clock, greeter, peers } = this.#components
    const timeout = { timeoutMs: MESSAGE_OPEN_TIMEOUT_MS }
    const stream = await withDeadline(clock, { peer: to, protocol }, timeout, async (signal) => {
      const connection = peers.preferred(to)
      if (connection === null) throw new Error('it is not connected')
      await greeter.greet(connection)
      return peers.newStream(connection, protocol, signal)
    })
    return createFrameStream(stream, to, FRAME_BYTES_MAX)
  }
}

const take = (outbox: Outbox): Uint8Array | undefined => {
  const payload = outbox.queue.shift()
  outbox.bytes -= payload?.byteLength ?? 0
  return payload
}
