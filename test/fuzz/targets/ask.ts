/** What strangers say to a member that is open to its LAN, and what it answers. */
import { commitmentOf } from '../../../node/join/fingerprint.ts'
import { createOpenLan } from '../../../node/join/index.ts'
import type { Random } from '../../../node/ports/clock.ts'
import type { Requests } from '../../../node/ports/network.ts'
import { chance, pick } from '../../../node/simulation/random.ts'
import { type AskQuestion, askAnswerCodec, askQuestionCodec } from '../../../protocols/credentials/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import { STRANGER_FRAME_BYTES_MAX } from '../../../protocols/wire/index.ts'
import { paperCertificates } from '../../node/join/paper-certificates.ts'
import { createHandClock } from '../../support/hand-clock.ts'
import { silentLogger } from '../../support/silent-logger.ts'
import { NODES, SELF, STRANGER } from '../authors.ts'
import { assertRoundTrip, type FrameSource, frameFrom, messageTarget } from '../frames.ts'
import { boundsIn, valueFor } from '../schema-values.ts'
import { breach, type Subject, type Target } from '../target.ts'
import { treeOf } from '../tree.ts'

const ASKERS = [STRANGER.node, ...NODES.slice(4)]
const NONCE = new Uint8Array(16).fill(5)

/** As the member says that it is at most. */
const ASKING_MAX = 16

const sourceFor = (random: Random, asker: string): FrameSource => ({
  bounds: boundsIn(askQuestionCodec.schema),
  bytesMax: STRANGER_FRAME_BYTES_MAX,
  valid: (own) => {
    const question = valueFor(own, askQuestionCodec.schema) as AskQuestion
    // Half of them know what they promised.
    if (chance(random, 0.5)) return treeOf(question)
    if (question.type === 'ask') return treeOf({ ...question, commitment: commitmentOf(asker, NONCE) })
    return treeOf(question.type === 'wait' ? { ...question, nonce: NONCE } : question)
  },
})

type Handler = Parameters<Requests['handleRequest']>[1]

const open = (random: Random): Subject => {
  const clock = createHandClock(1)
  let handler: Handler | null = null
  const lan = createOpenLan(
    {
      requests: {
        handleRequest: (_protocol, given) => {
          handler = given
        },
      },
      tokens: {
        create: async () => {
          throw new CoterieError('noQuorum', { waitedMs: 1 })
        },
      },
      view: { mesh: { mesh: '0123456789abcdef', name: 'home', foundedAtMs: 1 } },
      certificates: paperCertificates('root'),
      clock,
      logger: silentLogger,
      remoteAddress: () => pick(random, ['192.0.2.8', '192.0.2.9', '198.51.100.1']),
      isNear: (address) => address.startsWith('192.0.2.'),
      beacons: () => [],
    },
    { self: SELF.node },
  )
  void lan.open({ forMs: 1_000_000_000, autoApprove: chance(random, 0.2), role: 'full', cidrs: [] })
  let asker = STRANGER.node
  return {
    make: (own) => {
      asker = pick(random, ASKERS)
      clock.pass(chance(random, 0.1) ? 20_000 : 500)
      return frameFrom(own, sourceFor(random, asker))
    },
    take: async (frame) => {
      const answer = askAnswerCodec.decode(await (handler as Handler)(asker, frame))
      assertRoundTrip(askAnswerCodec, answer)
      if (answer.type === 'approved') breach('it was let in by nobody')
      if (lan.asking().length > ASKING_MAX) breach('too many wait')
      if (lan.asking().some(({ address }) => address === '198.51.100.1')) breach('one from elsewhere waits')
    },
    fingerprint: () =>
      lan
        .asking()
        .map(({ node, fingerprint }) => `${node} ${fingerprint}`)
        .join(),
  }
}

export const askQuestionTarget: Target = {
  name: 'ask-question',
  codes: ['malformedMessage', 'askOutside', 'askTooMany', 'askMismatch', 'askForgotten'],
  open,
}

export const askAnswerTarget: Target = messageTarget({ name: 'ask-answer', codec: askAnswerCodec })
