/** Pinging for others: a relay vouches for a target that answers, and says so when it waits in vain. */
import type { NodeId } from '../wire/index.ts'
import { NACK_SHARE, RELAYED_MAX } from './limits.ts'
import type { MessageBody } from './messages.ts'
import { post, schedule, type Turn } from './turn.ts'

type PingRequest = Extract<MessageBody, { type: 'pingRequest' }>

const keyOf = (origin: NodeId, number: number): string => `${origin} ${number}`

/** Another asks for a ping in its name. */
export const relayPing = (turn: Turn, origin: NodeId, { number, target, withinMs }: PingRequest): void => {
  if (!turn.members.has(target)) return
  post(turn, target, { type: 'ping', number, origin })
  if (turn.relayed.current().size >= RELAYED_MAX) return
  const key = keyOf(origin, number)
  turn.relayed.set(key, { origin, number, target })
  schedule(turn, NACK_SHARE * withinMs, { type: 'relayed', key })
}

/** The target answered what another had asked. */
export const relayAck = (turn: Turn, target: NodeId, origin: NodeId, number: number): void => {
  turn.relayed.delete(keyOf(origin, number))
  if (turn.members.has(origin)) post(turn, origin, { type: 'vouch', number, target })
}

/** The time of the one who asked is nearly over: it hears that the target did not answer, but that we did. */
export const endRelay = (turn: Turn, key: string): void => {
  const relayed = turn.relayed.get(key)
  if (relayed === undefined) return
  turn.relayed.delete(key)
  const { origin, number, target } = relayed
  if (turn.members.has(origin)) post(turn, origin, { type: 'nack', number, target })
}
