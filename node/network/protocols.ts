/** The handlers of protocols: each stream passes the gate first, and what a handler throws ends the stream alone. */
import type { Connection, Stream } from '@libp2p/interface'
import { isCoterieError } from '../../protocols/errors/index.ts'
import {
  FRAME_BYTES_MAX,
  type NodeId,
  PROTOCOLS,
  type ProtocolId,
  STRANGER_FRAME_BYTES_MAX,
} from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { HandlerOptions } from '../ports/network.ts'
import { createFrameStream, type OwnFrameStream } from './frame-stream.ts'
import type { Gate } from './gate.ts'
import type { Host } from './host.ts'
import { STREAM_LINGER_MS, STREAMS_PER_PROTOCOL_MAX } from './limits.ts'

export type StreamHandler = (stream: OwnFrameStream) => Promise<void>

export interface ProtocolsComponents {
  readonly logger: Logger
  readonly clock: Clock
  readonly gate: Gate
}

export class Protocols {
  readonly #components: ProtocolsComponents
  readonly #pending: Array<(host: Host) => Promise<void>> = []
  #host: Host | null = null

  constructor(components: ProtocolsComponents) {
    this.#components = components
  }

  /** Hands libp2p what was registered before it existed. */
  async attach(host: Host): Promise<void> {
    this.#host = host
    for (const register of this.#pending.splice(0)) await register(host)
  }

  handle(protocol: ProtocolId, handler: StreamHandler, open: HandlerOptions = {}): void {
    const options = {
      maxInboundStreams: STREAMS_PER_PROTOCOL_MAX,
      maxOutboundStreams: STREAMS_PER_PROTOCOL_MAX,
    }
    this.#register(protocol, (host) =>
      host.handle(
        protocol,
        (stream, connection) => this.#onStream(stream, connection, protocol, handler, open),
        options,
      ),
    )
  }

  /** Streams of members that are no frames, at most so many at once of each connection. */
  handleRaw(
    protocol: ProtocolId,
    maxInboundStreams: number,
    handler: (stream: Stream, connection: Connection) => void,
  ): void {
    const { gate } = this.#components
    this.#register(protocol, (host) =>
      host.handle(
        protocol,
        (stream, connection) =>
          gate.isMember(connection.remotePeer.toString())
            ? handler(stream, connection)
            : stream.abort(new Error('not a member')),
        { maxInboundStreams },
      ),
    )
  }

  #register(protocol: ProtocolId, register: (host: Host) => Promise<void>): void {
    if (this.#host === null) this.#pending.push(register)
    else
      register(this.#host).catch((error) =>
        this.#components.logger.error({ error, protocol }, 'a protocol could not be registered'),
      )
  }

  #onStream(
    stream: Stream,
    connection: Connection,
    protocol: ProtocolId,
    handler: StreamHandler,
    { strangers = false, unproven = false }: HandlerOptions,
  ): void {
    const peer: NodeId = connection.remotePeer.toString()
    const { gate } = this.#components
    const member = gate.isMember(peer)
    const isOpen = gate.isBarred(peer)
      ? protocol === PROTOCOLS.hello
      : member || strangers || (unproven && gate.isAdmitted(peer))
    if (!isOpen) {
      stream.abort(new Error('not a member'))
      return
    }
    const frames = createFrameStream(
      stream,
      peer,
      FRAME_BYTES_MAX,
      member ? FRAME_BYTES_MAX : STRANGER_FRAME_BYTES_MAX,
    )
    handler(frames).then(
      () => this.#finish(frames),
      (error) => {
        const { logger } = this.#components
        // Peers come and go; anything else is worth a look.
        if (isCoterieError(error, 'peerUnreachable'))
          logger.debug({ error, peer, protocol }, 'a stream broke off')
        else logger.warn({ error, peer, protocol }, 'a stream handler failed')
        frames.abort()
      },
    )
  }

  /** Closes our side, and gives the other a while to take what was written and to close its own. */
  #finish(frames: OwnFrameStream): void {
    frames.drain()
    void frames.close()
    frames.onEnded(this.#components.clock.after(STREAM_LINGER_MS, () => frames.abort()))
  }
}
