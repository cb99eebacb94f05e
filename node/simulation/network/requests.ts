import { isCoterieError } from '../../../protocols/errors/index.ts'
import {
  decodeAnswer,
  encodeAnswer,
  encodeErrorAnswer,
  type NodeId,
  type ProtocolId,
} from '../../../protocols/wire/index.ts'
import { withDeadline } from '../../network/deadline.ts'
import type { Requests } from '../../ports/network.ts'
import type { NetworkLifeInit, World } from './world.ts'

type Handler = Parameters<Requests['handleRequest']>[1]

export interface SimulatedRequests extends Requests {
  /** The answer as it stands on the wire, errors included; null where nobody answers such requests. */
  answer(from: NodeId, protocol: ProtocolId, payload: Uint8Array): Promise<Uint8Array> | null
}

const answerOf = async (handler: Handler, from: NodeId, payload: Uint8Array, life: NetworkLifeInit) => {
  try {
    return encodeAnswer(await handler(from, payload))
  } catch (error) {
    if (!isCoterieError(error)) life.logger.error({ error, from }, 'a request handler failed')
    return encodeErrorAnswer(error)
  }
}

/** One question and one answer over a contact; fails when that breaks. Nobody is dialled for it. */
export const createRequests = (world: World, life: NetworkLifeInit): SimulatedRequests => {
  const handlers = new Map<ProtocolId, Handler>()
  const { self, gate, clock } = life

  const ask = (to: NodeId, protocol: ProtocolId, payload: Uint8Array): Promise<Uint8Array> =>
    new Promise((resolve, reject) => {
      const contact = world.contacts.of(self, to)
      const other = world.lifeOf(to)
      if (contact === null || other === null) {
        reject(new Error('it is not connected'))
        return
      }
      const isOver = (): boolean => !contact.isOpen
      const fail = (detail: string) => gate.enter(() => reject(new Error(detail)))
      const forget = contact.onBroken(() => fail('the connection broke'))
      world.links.carry(self, to, isOver, () =>
        other.gate.enter(() => {
          const answer = other.requests.answer(self, protocol, payload)
          if (answer === null) {
            world.links.carry(to, self, isOver, () => fail('it does not speak that protocol'))
            return
          }
          void answer.then((bytes) =>
            world.links.carry(to, self, isOver, () => {
              forget()
              gate.enter(() => resolve(bytes))
            }),
          )
        }),
      )
    })

  return {
    request: async (to, protocol, payload, options) =>
      decodeAnswer(
        await withDeadline(clock, { peer: to, protocol }, options, () => ask(to, protocol, payload)),
      ),
    handleRequest: (protocol, handler) => void handlers.set(protocol, handler),
    answer: (from, protocol, payload) => {
      const handler = handlers.get(protocol)
      return handler === undefined ? null : answerOf(handler, from, payload, life)
    },
  }
}
