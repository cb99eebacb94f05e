/** Requests: one stream each, one frame there, one answer back, errors included. */
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import {
  decodeAnswer,
  encodeAnswer,
  encodeErrorAnswer,
  FRAME_BYTES_MAX,
  type NodeId,
  type ProtocolId,
} from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { HandlerOptions, RequestOptions, Requests } from '../ports/network.ts'
import { withDeadline } from './deadline.ts'
import type { OwnFrameStream } from './frame-stream.ts'
import { REQUEST_READ_TIMEOUT_MS } from './limits.ts'
import type { Protocols } from './protocols.ts'
import type { PeerStreams } from './streams.ts'

export interface RequestsComponents {
  readonly logger: Logger
  readonly clock: Clock
  readonly streams: PeerStreams
  readonly protocols: Protocols
}

type Handler = (from: NodeId, payload: Uint8Array) => Promise<Uint8Array>

export class StreamRequests implements Requests {
  readonly #components: RequestsComponents

  constructor(components: RequestsComponents) {
    this.#components = components
  }

  async request(
    to: NodeId,
    protocol: ProtocolId,
    payload: Uint8Array,
    options: RequestOptions,
  ): Promise<Uint8Array> {
    const { clock, streams } = this.#components
    const answer = await withDeadline(clock, { peer: to, protocol }, options, async (signal) => {
      const stream = await streams.open(to, protocol, signal)
      signal.addEventListener('abort', () => stream.abort(), { once: true })
      await stream.write(payload)
      await stream.close()
      const frame = await stream.read()
      if (frame === null) throw new Error('it closed the stream without an answer')
      return frame
    })
    return decodeAnswer(answer)
  }

  handleRequest(protocol: ProtocolId, handler: Handler, options?: HandlerOptions): void {
    this.#components.protocols.handle(protocol, (stream) => this.#serve(stream, protocol, handler), options)
  }

  async #serve(stream: OwnFrameStream, protocol: ProtocolId, handler: Handler): Promise<void> {
    const cancel = this.#components.clock.after(REQUEST_READ_TIMEOUT_MS, () => stream.abort())
    const payload = await stream.read().finally(cancel)
    if (payload === null) return
    await stream.write(await this.#answer(stream.peer, protocol, handler, payload))
  }

  async #answer(
    from: NodeId,
    protocol: ProtocolId,
    handler: Handler,
    payload: Uint8Array,
  ): Promise<Uint8Array> {
    try {
      const answer = encodeAnswer(await handler(from, payload))
      const bytes = answer.byteLength
      if (bytes > FRAME_BYTES_MAX)
        throw new CoterieError('frameTooLarge', { bytes, bytesMax: FRAME_BYTES_MAX })
      return answer
    } catch (error) {
      if (!isCoterieError(error))
        this.#components.logger.error({ error, from, protocol }, 'a request handler failed')
      return encodeErrorAnswer(error)
    }
  }
}
