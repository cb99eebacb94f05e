/** What strangers say to a member, and what it says to them. */
import { handleJoins, makeProof } from '../../../node/join/index.ts'
import { isProof } from '../../../node/join/proof.ts'
import type { Clock, Random } from '../../../node/ports/clock.ts'
import type { Requests } from '../../../node/ports/network.ts'
import { pick } from '../../../node/simulation/random.ts'
import {
  formatSecret,
  joinReplyCodec,
  joinRequestCodec,
  parseSecret,
} from '../../../protocols/credentials/index.ts'
import { createDecisions, decisionCodec } from '../../../protocols/decisions/index.ts'
import { STRANGER_FRAME_BYTES_MAX } from '../../../protocols/wire/index.ts'
import { createHandClock } from '../../support/hand-clock.ts'
import { paperCertificates } from '../../support/paper-certificates.ts'
import { silentLogger } from '../../support/silent-logger.ts'
import { NODE_PATTERN, NODES, SELF, STRANGER } from '../authors.ts'
import { assertRoundTrip, type FrameSource, frameFrom, messageTarget } from '../frames.ts'
import { boundsIn, valueFor } from '../schema-values.ts'
import { breach, nothing, type Subject, type Target, unbroken } from '../target.ts'
import { textFrom, textOfBytes } from '../text-frames.ts'
import { treeOf } from '../tree.ts'

const SECRET = new Uint8Array(32).fill(3)
const JOINERS = [STRANGER.node, ...NODES.slice(4)]

const sourceFor = (joiner: string): FrameSource => ({
  bounds: boundsIn(joinRequestCodec.schema),
  bytesMax: STRANGER_FRAME_BYTES_MAX,
  valid: (random) => {
    const request = valueFor(random, joinRequestCodec.schema) as object
    return treeOf({ ...request, proof: makeProof(SECRET, 'joiner', joiner, SELF.node) })
  },
})

/** A founded mesh whose log is applied as soon as something is proposed. */
const foundMesh = (clock: Clock) => {
  const { view, apply } = createDecisions()
  let index = 0
  apply(++index, { type: 'meshFounded', mesh: '0123456789abcdef', name: 'home', atMs: 0 })
  apply(++index, { type: 'nodeAdmitted', node: SELF.node, name: 'one', addresses: [], atMs: clock.wallMs() })
  const removed = NODES[5] as string
  apply(++index, { type: 'nodeAdmitted', node: removed, name: 'gone', addresses: [], atMs: 0 })
  apply(++index, { type: 'nodeRemoved', node: removed, atMs: 0 })
  const decide: Parameters<typeof handleJoins>[0]['decisions']['decide'] = async (decision) => {
    apply(++index, decisionCodec.decode(decisionCodec.encode(decision)))
    return index
  }
  return { view, decide }
}

type Handler = Parameters<Requests['handleRequest']>[1]

const open = (random: Random): Subject => {
  const clock = createHandClock()
  const decisions = foundMesh(clock)
  let handler: Handler | null = null
  const requests: Requests = {
    request: () => breach('a member that is asked asks nobody'),
    handleRequest: (_protocol, given) => {
      handler = given
    },
  }
  handleJoins(
    {
      requests,
      decisions,
      certificates: paperCertificates,
      clock,
      logger: silentLogger,
      addressesOf: () => ['/ip4/192.0.2.1/tcp/7946'],
    },
    { self: SELF.node, secret: SECRET },
  )
  let joiner = STRANGER.node
  return {
    make: (own) => {
      joiner = pick(random, JOINERS)
      return frameFrom(own, sourceFor(joiner))
    },
    take: async (frame) => {
      const reply = joinReplyCodec.decode(await (handler as Handler)(joiner, frame))
      if (!isProof(reply.proof, SECRET, 'member', joiner, SELF.node)) breach('the reply proves nothing')
      if (!decisions.view.nodes.has(joiner)) breach('it answered and admitted nobody')
      assertRoundTrip(joinReplyCodec, reply)
    },
    fingerprint: () => `${decisions.view.appliedIndex} ${[...decisions.view.nodes.keys()]}`,
  }
}

export const joinRequestTarget: Target = {
  name: 'join-request',
  codes: ['malformedMessage', 'secretWrong', 'nodeRemoved', 'meshVersionUnsupported'],
  open,
}

export const joinReplyTarget: Target = messageTarget({
  name: 'join-reply',
  codec: joinReplyCodec,
  words: new Map([[NODE_PATTERN, NODES]]),
  use: ({ proof }) => void isProof(proof, SECRET, 'member', STRANGER.node, SELF.node),
})

/** The text that a person copies from one machine to the next. */
export const meshSecretTarget: Target = {
  name: 'mesh-secret',
  codes: ['secretMalformed'],
  open: () => ({
    make: (random) =>
      textFrom(random, [
        formatSecret(SECRET),
        ` ${formatSecret(SECRET)}\n`,
        formatSecret(SECRET).toUpperCase(),
      ]),
    take: (frame) => {
      const secret = parseSecret(textOfBytes(frame))
      if (secret.byteLength !== SECRET.byteLength) breach(`a secret of ${secret.byteLength} bytes`)
      const again = unbroken('reading it again', () => parseSecret(formatSecret(secret)))
      if (Buffer.compare(again, secret) !== 0) breach('a secret has two meanings')
    },
    fingerprint: nothing,
  }),
}
