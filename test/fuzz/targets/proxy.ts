/** What a member says to open a tunnel, datagrams on a stream, and what a node tells of ports that it cannot answer. */
import type { Random } from '../../../node/ports/clock.ts'
import {
  createDatagramDecoder,
  encodeDatagram,
  heldPortsCodec,
  tunnelOpeningCodec,
} from '../../../protocols/proxy/index.ts'
import { changedBytes, messageTarget } from '../frames.ts'
import { bytesOf, integer } from '../schema-values.ts'
import { breach, nothing, type Subject, type Target } from '../target.ts'
import { joined } from '../tree.ts'

const streamOf = (random: Random): Uint8Array => {
  const honest = () => encodeDatagram(bytesOf(random, integer(random, 60)))
  return changedBytes(random, joined(Array.from({ length: 1 + integer(random, 3) }, honest)), honest)
}

const datagramsOf = (stream: Uint8Array, next: () => number): string => {
  const decoder = createDatagramDecoder()
  const datagrams: string[] = []
  for (let at = 0; at < stream.byteLength; ) {
    const length = next()
    for (const datagram of decoder.push(stream.subarray(at, at + length)))
      datagrams.push(Buffer.from(datagram).toString('hex'))
    at += length
  }
  return datagrams.join()
}

/** Any bytes are datagrams, and how they are cut into pieces changes nothing. */
const openStream = (random: Random): Subject => ({
  make: streamOf,
  take: (stream) => {
    const whole = datagramsOf(stream, () => stream.byteLength)
    const pieces = datagramsOf(stream, () => 1 + integer(random, 20))
    if (whole !== pieces) breach('in pieces, a stream says something else')
  },
  fingerprint: nothing,
})

export const proxyTargets: readonly Target[] = [
  messageTarget({ name: 'tunnel-opening', codec: tunnelOpeningCodec }),
  messageTarget({ name: 'held-ports', codec: heldPortsCodec }),
  { name: 'datagrams', codes: [], open: openStream },
]
