import type { ConnectionEncrypter, MessageStream } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { BULK_MUXER, isBulkDial } from './bulk-dial.ts'

type NoiseComponents = Parameters<ReturnType<typeof noise>>[0]

const bulkOnly = ({ upgrader }: NoiseComponents) =>
  new Map([...upgrader.getStreamMuxers()].filter(([protocol]) => protocol === BULK_MUXER))

/** A connection that hands each write on as one piece. */
const joining = <Connection extends MessageStream>(connection: Connection): Connection => {
  const send = connection.send.bind(connection)
  connection.send = (data) => send(data instanceof Uint8Array ? data : data.subarray())
  return connection
}

/**
 * Noise whose records are written whole. Left alone, the two bytes that tell a record's length are a write and a packet
 * of their own, which costs a stream of small messages as much again; copying them into one piece costs less. A dial for bulk offers
 * the muxer for bulk alone.
 */
export const wholeNoise = (): ReturnType<typeof noise> => {
  const makeEncrypter = noise()
  return (components) => {
    const encrypter = makeEncrypter(components)
    const forBulk = makeEncrypter(
      // A proxy, of which a copy would be empty.
      Object.create(components, { upgrader: { value: { getStreamMuxers: () => bulkOnly(components) } } }),
    )
    const secureInbound = encrypter.secureInbound.bind(encrypter)
    const secureOutbound = encrypter.secureOutbound.bind(encrypter)
    return Object.assign(encrypter, {
      secureInbound: (connection, options) => secureInbound(joining(connection), options),
      secureOutbound: (connection, options) =>
        isBulkDial(options)
          ? forBulk.secureOutbound(joining(connection), options)
          : secureOutbound(joining(connection), options),
    } satisfies Pick<ConnectionEncrypter, 'secureInbound' | 'secureOutbound'>)
  }
}
