/** Streams of frames, opened within a deadline. */
import { FRAME_BYTES_MAX, type NodeId, PROTOCOLS, type ProtocolId } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { FrameStream, RequestOptions, Streams } from '../ports/network.ts'
import { withDeadline } from './deadline.ts'
import type { Dialer } from './dialer.ts'
import { createFrameStream, type OwnFrameStream } from './frame-stream.ts'
import type { Greeter } from './greeter.ts'
import type { Peers } from './peers.ts'
import type { Protocols } from './protocols.ts'

export interface StreamsComponents {
  readonly clock: Clock
  readonly peers: Peers
  readonly dialer: Dialer
  readonly greeter: Greeter
  readonly protocols: Protocols
}

export class PeerStreams implements Streams {
  readonly #components: StreamsComponents

  constructor(components: StreamsComponents) {
    this.#components = components
  }

  openStream(to: NodeId, protocol: ProtocolId, options: RequestOptions): Promise<FrameStream> {
    return withDeadline(this.#components.clock, { peer: to, protocol }, options, (signal) =>
      this.open(to, protocol, signal),
    )
  }

  handleStream(protocol: ProtocolId, handler: (stream: FrameStream) => Promise<void>): void {
    this.#components.protocols.handle(protocol, handler)
  }

  /** Opens a stream; dials the peer first where it is not connected. Rejects with whatever went wrong. */
  async open(to: NodeId, protocol: ProtocolId, signal: AbortSignal): Promise<OwnFrameStream> {
    const { dialer, greeter, peers } = this.#components
    const connection = await dialer.connect(to, signal)
    // Who asks for certificates has none to show.
    if (protocol !== PROTOCOLS.certificates) await greeter.greet(connection)
    const stream = await peers.newStream(connection, protocol, signal)
    return createFrameStream(stream, to, FRAME_BYTES_MAX)
  }
}
