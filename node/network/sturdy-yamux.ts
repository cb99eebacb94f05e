import type { StreamMuxer, StreamMuxerFactory } from '@libp2p/interface'
import { yamux } from '@libp2p/yamux'

/** States in which a write throws. */
const ENDED: ReadonlySet<string> = new Set(['closing', 'closed'])

/** Yamux's number for a stream that both sides have opened and that is not paused. */
const ESTABLISHED = 3

/** Share of its window that must be used up before the sender is told of new room; as in HashiCorp's implementation. */
const TELL_FROM = 0.5

/** Neither is in the public types; both are what the libraries' own code goes by. */
interface InnerMuxer {
  protocol: string
  send(data: unknown): boolean
  createStream(options?: object): Promise<InnerStream>
  onRemoteStream(stream: InnerStream): void
}

interface InnerStream {
  readonly state: number
  readonly recvWindow: number
  readonly recvWindowCapacity: number
  sendWindowUpdate(): void
}

/**
 * Left alone, Yamux tells the sender of new room after each frame, which doubles the packets of a stream of small
 * messages.
 */
const tellSeldom = (stream: InnerStream): void => {
  const tell = stream.sendWindowUpdate.bind(stream)
  stream.sendWindowUpdate = () => {
    const used = 1 - stream.recvWindowCapacity / stream.recvWindow
    if (stream.state !== ESTABLISHED || used >= TELL_FROM) tell()
  }
}

/**
 * Yamux whose frames are dropped, not thrown, once the connection under it is closed for writing, and that does not
 * answer each small frame with one of its own.
 *
 * Yamux sends the first frame of a new stream in a microtask of its own. Where the connection closed in between,
 * the frame throws where nobody can catch it, which would end the process. The streams learn of the close
 * by the connection's own event, so nothing is lost by dropping the frame.
 *
 * `protocol`: the name under which it is offered; Yamux's own where none is given.
 */
export const sturdyYamux = (
  init: Parameters<typeof yamux>[0],
  protocol?: string,
): (() => StreamMuxerFactory) => {
  const makeFactory = yamux(init)
  return () => {
    const factory: StreamMuxerFactory = makeFactory()
    if (protocol !== undefined) factory.protocol = protocol
    const create = factory.createStreamMuxer.bind(factory)
    factory.createStreamMuxer = (connection): StreamMuxer => {
      const muxer = create(connection)
      const inner = muxer as unknown as InnerMuxer
      inner.protocol = factory.protocol
      const under = connection as unknown as { readonly writeStatus: string }
      const send = inner.send.bind(muxer)
      inner.send = (data) => !ENDED.has(under.writeStatus) && send(data)
      const createStream = inner.createStream.bind(muxer)
      inner.createStream = async (options) => {
        const stream = await createStream(options)
        tellSeldom(stream)
        return stream
      }
      const onRemoteStream = inner.onRemoteStream.bind(muxer)
      inner.onRemoteStream = (stream) => {
        tellSeldom(stream)
        onRemoteStream(stream)
      }
      return muxer
    }
    return factory
  }
}
