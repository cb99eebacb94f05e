import type { ConnectionEncrypter, MessageStream } from '@libp2p/interface'
import { noise } from '@libp2p/noise'

/** A connection that hands each write on as one piece. */
const joining = <Connection extends MessageStream>(connection: Connection): Connection => {
  const send = connection.send.bind(connection)
  connection.send = (data) => send(data instanceof Uint8Array ? data : data.subarray())
  return connection
}

/**
 * Noise whose records are written whole. Left alone, the two bytes that tell a record's length are a write and a packet
 * of their own, which costs a stream of small messages as much again; copying them into one piece costs less.
 */
export const wholeNoise = (): ReturnType<typeof noise> => {
  const makeEncrypter = noise()
  return (components) => {
    const encrypter = makeEncrypter(components)
    const secureInbound = encrypter.secureInbound.bind(encrypter)
    const secureOutbound = encrypter.secureOutbound.bind(encrypter)
    return Object.assign(encrypter, {
      secureInbound: (connection, options) => secureInbound(joining(connection), options),
      secureOutbound: (connection, options) => secureOutbound(joining(connection), options),
    } satisfies Pick<ConnectionEncrypter, 'secureInbound' | 'secureOutbound'>)
  }
}
