import type { StreamMuxer, StreamMuxerFactory } from '@libp2p/interface'
import { yamux } from '@libp2p/yamux'

/** States in which a write throws. */
const ENDED: ReadonlySet<string> = new Set(['closing', 'closed'])

interface SendingMuxer {
  send(data: unknown): boolean
}

/**
 * Yamux whose frames are dropped, not thrown, once the connection under it is closed for writing.
 *
 * Yamux sends the first frame of a new stream in a microtask of its own. Where the connection closed in between,
 * the frame throws where nobody can catch it, which would end the process. The streams learn of the close
 * by the connection's own event, so nothing is lost by dropping the frame.
 */
export const sturdyYamux = (init: Parameters<typeof yamux>[0]): (() => StreamMuxerFactory) => {
  const makeFactory = yamux(init)
  return () => {
    const factory: StreamMuxerFactory = makeFactory()
    const create = factory.createStreamMuxer.bind(factory)
    factory.createStreamMuxer = (connection): StreamMuxer => {
      const muxer = create(connection)
      // Neither is in the public types; both are what the libraries' own code goes by.
      const sending = muxer as unknown as SendingMuxer
      const under = connection as unknown as { readonly writeStatus: string }
      const send = sending.send.bind(muxer)
      sending.send = (data) => !ENDED.has(under.writeStatus) && send(data)
      return muxer
    }
    return factory
  }
}
