/** What strangers say to a member, what it says to them, and the text that a person carries. */
import { createSigning } from '../../../node/intent/index.ts'
import { handleJoins } from '../../../node/join/index.ts'
import { hashOfToken } from '../../../node/join/token-checks.ts'
import type { Clock, Random } from '../../../node/ports/clock.ts'
import type { Requests } from '../../../node/ports/network.ts'
import { pick } from '../../../node/simulation/random.ts'
import {
  draftToken,
  joinReplyCodec,
  joinRequestCodec,
  parseToken,
  readToken,
} from '../../../protocols/credentials/index.ts'
import { createDecisions, decisionCodec } from '../../../protocols/decisions/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import { STRANGER_FRAME_BYTES_MAX } from '../../../protocols/wire/index.ts'
import { paperCertificates, rootHashOf } from '../../node/join/paper-certificates.ts'
import { createHandClock } from '../../support/hand-clock.ts'
import { makeToken } from '../../support/join-tokens.ts'
import { silentLogger } from '../../support/silent-logger.ts'
import { NODE_PATTERN, NODES, SELF, STRANGER } from '../authors.ts'
import { assertRoundTrip, type FrameSource, frameFrom, messageTarget } from '../frames.ts'
import { boundsIn, valueFor } from '../schema-values.ts'
import { breach, nothing, type Subject, type Target, unbroken } from '../target.ts'
import { textFrom, textOfBytes } from '../text-frames.ts'
import { treeOf } from '../tree.ts'

const ROOT = 'root'
const JOINERS = [STRANGER.node, ...NODES.slice(4)]
const SEED = new Uint8Array(32).fill(5)
const rootHash = rootHashOf(ROOT)

/** Of a member that made them, and of others; the log knows the first two, the second of which is for one machine. */
const TEXTS = [
  await makeToken({ rootHash, notBeforeMs: 0, usesMax: 1_000 }, SEED),
  await makeToken({ rootHash, notBeforeMs: 0, id: new Uint8Array(16).fill(3) }, SEED),
  await makeToken(
    { rootHash, notBeforeMs: 0, id: new Uint8Array(16).fill(4), cidrs: ['203.0.113.0/24'] },
    SEED,
  ),
  await makeToken({ rootHash, notBeforeMs: 0, id: new Uint8Array(16).fill(6) }, SEED),
  await makeToken({ rootHash, notBeforeMs: 0 }, new Uint8Array(32).fill(6)),
  await makeToken({}, SEED),
]
const TOKENS = TEXTS.map((text) => parseToken(text))
const MAKER = (TOKENS[0] as (typeof TOKENS)[number]).terms.by

const sourceFor = (random: Random): FrameSource => ({
  bounds: boundsIn(joinRequestCodec.schema),
  bytesMax: STRANGER_FRAME_BYTES_MAX,
  valid: (own) => {
    const request = valueFor(own, joinRequestCodec.schema) as object
    return treeOf({ ...request, token: pick(random, TOKENS).bytes })
  },
})

/** A founded mesh whose log is applied as soon as something is proposed. */
const foundMesh = (clock: Clock) => {
  const { view, apply } = createDecisions()
  let index = 0
  apply(++index, { type: 'meshFounded', mesh: '0123456789abcdef', name: 'home', atMs: 0 })
  const admit = (node: string, name: string) =>
    apply(++index, { type: 'nodeAdmitted', node, name, addresses: [], atMs: 0 })
  admit(SELF.node, 'one')
  admit(MAKER, 'maker')
  const removed = NODES[5] as string
  admit(removed, 'gone')
  apply(++index, { type: 'nodeRemoved', node: removed, atMs: 0 })
  for (const token of TOKENS.slice(0, 2)) {
    const { rootHash: _, id: __, addresses: ___, ...terms } = token.terms
    const lists = {
      capabilities: [...terms.capabilities],
      cidrs: [...terms.cidrs],
      labels: [...terms.labels],
    }
    apply(++index, {
      type: 'tokenCreated',
      token: hashOfToken(token),
      ...terms,
      ...lists,
      atMs: clock.wallMs(),
    })
  }
  const decide: Parameters<typeof handleJoins>[0]['decisions']['decide'] = async (decision) => {
    const outcome = apply(++index, decisionCodec.decode(decisionCodec.encode(decision)))
    if (!outcome.ok) throw new CoterieError('decisionRefused', { reason: outcome.reason })
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
      certificates: paperCertificates(ROOT),
      verify: createSigning(SEED).verify,
      clock,
      logger: silentLogger,
      remoteAddress: () => '192.0.2.9',
      addressesOf: () => ['/ip4/192.0.2.1/tcp/7946'],
    },
    { self: SELF.node },
  )
  let joiner = STRANGER.node
  return {
    make: (own) => {
      joiner = pick(random, JOINERS)
      return frameFrom(own, sourceFor(random))
    },
    take: async (frame) => {
      const reply = joinReplyCodec.decode(await (handler as Handler)(joiner, frame))
      if (!decisions.view.nodes.has(joiner)) breach('it answered and admitted nobody')
      for (const { nodes, usesMax } of decisions.view.tokens.values())
        if (nodes.length > usesMax) breach('a token admitted too many')
      assertRoundTrip(joinReplyCodec, reply)
    },
    // What a member proposes may be refused by the log, which holds it then.
    fingerprint: () =>
      `${[...decisions.view.nodes.keys()]} ${[...decisions.view.tokens.values()].map(({ nodes }) => nodes)}`,
  }
}

export const joinRequestTarget: Target = {
  name: 'join-request',
  codes: [
    'malformedMessage',
    'joinTokenMalformed',
    'joinTokenForged',
    'joinTokenOfOtherMesh',
    'joinTokenOutside',
    'joinTokenUnknown',
    'joinTokenExhausted',
    'nodeRemoved',
    'meshVersionUnsupported',
  ],
  open,
}

export const joinReplyTarget: Target = messageTarget({
  name: 'join-reply',
  codec: joinReplyCodec,
  words: new Map([[NODE_PATTERN, NODES]]),
})

/** The text that a person copies from one machine to the next. */
export const joinTokenTarget: Target = {
  name: 'join-token',
  codes: ['joinTokenMalformed', 'joinTokenTruncated'],
  open: () => ({
    make: (random) =>
      textFrom(random, [...TEXTS, ` ${TEXTS[0]}\n`, `${TEXTS[0]?.slice(0, 80)}\n${TEXTS[0]?.slice(80)}`]),
    take: (frame) => {
      const { terms, bytes, signature } = parseToken(textOfBytes(frame))
      const again = unbroken('reading it again', () => readToken(bytes))
      if (JSON.stringify(again.terms) !== JSON.stringify(terms)) breach('a token has two meanings')
      const told = unbroken('telling it again', () => parseToken(draftToken(terms).complete(signature)))
      if (JSON.stringify(told.terms) !== JSON.stringify(terms))
        breach('a token does not say what it was made of')
    },
    fingerprint: nothing,
  }),
}
