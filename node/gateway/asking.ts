/** The asking side: finds a node that runs the service, and carries an offer to it through the mesh. */

import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import { type NodeId, PROTOCOLS } from '../../protocols/wire/index.ts'
import {
  ANSWER_TIMEOUT_MS,
  type Answer,
  answerMessage,
  type Offer,
  offerMessage,
} from '../../signaling/index.ts'
import type { Random } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Requests } from '../ports/network.ts'

/** A little more than the other node gives itself, so that its own words arrive. */
const FORWARD_TIMEOUT_MS = ANSWER_TIMEOUT_MS + 2_000

export interface AskingComponents {
  readonly logger: Logger
  readonly random: Random
  readonly requests: Pick<Requests, 'request'>
  /** Nodes that run the service. @throws `gatewayServiceUnknown` */
  readonly resolve: (service: string) => readonly NodeId[]
  /** The same node's own answering side. */
  readonly answerHere: (offer: Offer) => Promise<Answer>
}

/** This node first, which needs no mesh; then the others from a random one on, so that pages spread. */
const inOrder = (nodes: readonly NodeId[], self: NodeId, random: Random): readonly NodeId[] => {
  const others = [...new Set(nodes)].filter((node) => node !== self)
  const first = Math.floor(random() * others.length)
  const spread = [...others.slice(first), ...others.slice(0, first)]
  return nodes.includes(self) ? [self, ...spread] : spread
}

/**
 * Gives the answer of the first node that answers.
 * @throws `gatewayServiceUnknown`, `serviceNotRunning`, or what the last node that was asked said
 */
export const askForAnswer = async (
  components: AskingComponents,
  self: NodeId,
  offer: Offer,
): Promise<Answer & { readonly node: NodeId }> => {
  const { logger, random, requests, resolve, answerHere } = components
  let refusal = new CoterieError('serviceNotRunning', { service: offer.service }) as CoterieError
  for (const node of inOrder(resolve(offer.service), self, random)) {
    try {
      if (node === self) return { ...(await answerHere(offer)), node }
      const reply = await requests.request(node, PROTOCOLS.signal, offerMessage.encode(offer), {
        timeoutMs: FORWARD_TIMEOUT_MS,
      })
      return { ...answerMessage.decode(reply), node }
    } catch (error) {
      if (!isCoterieError(error)) throw error
      logger.debug({ node, service: offer.service, code: error.code }, 'a replica did not take the session')
      refusal = error
      // An offer that one node cannot read, no other can.
      if (error.code === 'offerRefused') break
    }
  }
  throw refusal
}
