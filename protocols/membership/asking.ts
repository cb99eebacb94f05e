/** How one member is asked whether it is there. */
import type { NodeId } from '../wire/index.ts'
import { timeoutOf, timeoutOfUnmeasured } from './rtt.ts'
import type { Member, Probe } from './state.ts'
import { stretched } from './strain.ts'
import { post, schedule, type Turn } from './turn.ts'

/** Sends a ping under a number of its own, so that a late ack tells which one it answers. */
export const ping = (turn: Turn, to: NodeId): Probe['pings'][number] => {
  turn.probeNumber += 1
  const number = turn.probeNumber
  post(turn, to, { type: 'ping', number, origin: turn.own.node })
  return { number, sentMs: turn.env.nowMs }
}

/** A probe of the member is under way. */
export const isAsked = (turn: Turn, node: NodeId): boolean => {
  const probe = turn.probes.get(node)
  return probe !== undefined && probe.phase !== 'failed'
}

/** The first ping of a probe; its time-out asks in other ways. */
export const beginProbe = (turn: Turn, { node, rtt }: Member): void => {
  const sent = ping(turn, node)
  const { number } = sent
  turn.probes.set(node, { number, phase: 'direct', pings: [sent], relays: 'unasked' })
  const timeoutMs =
    rtt === null ? timeoutOfUnmeasured(turn.usualRtt, turn.timings) : timeoutOf(rtt, turn.timings)
  schedule(turn, stretched(turn, timeoutMs), { type: 'probe', node, number })
}

/** Asks a member of whom others say that it is silent; false where it is being asked. */
export const probeSuspect = (turn: Turn, member: Member): boolean => {
  if (isAsked(turn, member.node)) return false
  beginProbe(turn, member)
  return true
}
