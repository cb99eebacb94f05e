/** What this node does for other members: it echoes, and tries its connection to another one. */
import { doctorQuestionCodec, echoAnswerCodec, linkFactsCodec } from '../../../protocols/doctor/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import { type NodeId, PROTOCOLS } from '../../../protocols/wire/index.ts'
import { createBudget, LOADS_PER_MINUTE_MAX, TRIES_PER_MINUTE_MAX } from './budget.ts'
import { measureLink } from './measure-link.ts'
import type { LinkComponents } from './types.ts'

/** While one is made for somebody, a second one waits about as long as one takes. */
const TRY_AGAIN_MS = 5_000

/** All that a try waits for, one after the other. */
export const TRY_MS_MAX = 20_000

/** More than this, there or back, is a load. */
const SMALL_BYTES = 1_024

/** Answers other members; the gate of the network keeps everybody else out. */
export const serveLinks = (components: LinkComponents): void => {
  const { clock, requests, connections, ways } = components
  const { self } = connections
  const spendTry = createBudget(clock, TRIES_PER_MINUTE_MAX)
  const spendLoad = createBudget(clock, LOADS_PER_MINUTE_MAX)
  let isTrying = false

  const allow = (retryMs: number): void => {
    if (retryMs > 0) throw new CoterieError('doctorBusy', { node: self, retryMs })
  }

  const tryLink = async (to: NodeId): Promise<Uint8Array> => {
    if (to === self || !components.members().has(to)) throw new CoterieError('notAMember', { peer: to })
    allow(isTrying ? TRY_AGAIN_MS : spendTry(self))
    isTrying = true
    const ended = new AbortController()
    const cancel = clock.after(TRY_MS_MAX, () => ended.abort())
    try {
      const surroundings = components.lookAround(ended.signal)
      return linkFactsCodec.encode(await measureLink(components, to, surroundings, ended.signal))
    } finally {
      cancel()
      isTrying = false
    }
  }

  requests.handleRequest(PROTOCOLS.doctor, async (from, payload) => {
    const question = doctorQuestionCodec.decode(payload)
    if (question.type === 'try') return tryLink(question.node)
    const { padding, wants } = question
    if (padding.byteLength + wants > SMALL_BYTES) allow(spendLoad(from))
    return echoAnswerCodec.encode({
      wallMs: Math.max(0, Math.round(clock.wallMs())),
      findableBy: [...ways],
      padding: new Uint8Array(wants),
    })
  })
}
