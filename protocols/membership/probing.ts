/**
 * Who is asked, when, and what an unanswered question means.
 *
 * One present member per round, in a shuffled order, so that the time until a silent one is asked is bounded
 * (SWIM, section 4.3). A ping that is not answered is sent again and, through others, a third way; only when all
 * of these fail is the member suspected.
 */
import type { NodeId } from '../wire/index.ts'
import { EXCHANGE_ROUNDS, INDIRECT_PROBES, REACH_ROUNDS } from './limits.ts'
import { suspect } from './news.ts'
import { indirectTimeoutOf, timeoutOf, withSample, withTimeout } from './rtt.ts'
import { sayHello } from './spread.ts'
import type { Member } from './state.ts'
import { isPresent, pick, post, schedule, type Turn } from './turn.ts'

const ping = (turn: Turn, to: NodeId, number: number): void =>
  post(turn, to, { type: 'ping', number, origin: turn.own.node })

const beginProbe = (turn: Turn, { node, rtt }: Member): void => {
  turn.probeNumber += 1
  const number = turn.probeNumber
  turn.probes.set(node, { number, phase: 'direct', startedMs: turn.env.nowMs })
  ping(turn, node, number)
  schedule(turn, timeoutOf(rtt, turn.timings), { type: 'probe', node, number })
}

/** Asks in every way there is, under a new number where the direct ping was not sent yet. */
const askAround = (turn: Turn, { node, rtt }: Member, number: number): void => {
  const relays = pick(turn, INDIRECT_PROBES, (other) => other.state === 'alive' && other.node !== node)
  turn.probes.set(node, { number, phase: 'indirect', startedMs: turn.env.nowMs })
  ping(turn, node, number)
  for (const relay of relays) post(turn, relay.node, { type: 'pingRequest', number, target: node })
  const timeoutMs = indirectTimeoutOf(
    rtt,
    relays.map((relay) => relay.rtt),
    turn.timings,
  )
  schedule(turn, timeoutMs, { type: 'probe', node, number })
}

/** A connection to a member closed: a hint that asks at once, and the others too. */
export const probeUrgently = (turn: Turn, node: NodeId): void => {
  const member = turn.members.get(node)
  if (!isPresent(member) || turn.probes.get(node)?.phase === 'indirect') return
  turn.probeNumber += 1
  askAround(turn, member, turn.probeNumber)
}

/** A probe's time-out is over. */
export const endProbePhase = (turn: Turn, node: NodeId, number: number): void => {
  const probe = turn.probes.get(node)
  const member = turn.members.get(node)
  if (probe?.number !== number || !isPresent(member)) return
  if (turn.env.nowMs < turn.judgesFromMs) {
    beginProbe(turn, member)
  } else if (probe.phase === 'direct') {
    askAround(turn, member, number)
    turn.members.set(node, { ...member, rtt: withTimeout(member.rtt, turn.timings) })
  } else {
    turn.probes.delete(node)
    suspect(turn, member)
  }
}

/** An answer arrived, directly or through another. */
export const settleProbe = (turn: Turn, node: NodeId, number: number, direct: boolean): void => {
  const probe = turn.probes.get(node)
  const member = turn.members.get(node)
  if (probe?.number !== number || member === undefined) return
  turn.probes.delete(node)
  // After a second ping nobody can tell which one was answered, so that round trip is no sample (Karn).
  if (direct && probe.phase === 'direct')
    turn.members.set(node, { ...member, rtt: withSample(member.rtt, turn.env.nowMs - probe.startedMs) })
}

/** The next present member of the lap; a new lap is shuffled when this one is over. */
const nextInLap = (turn: Turn): Member | null => {
  while (turn.lap.next < turn.lap.order.length) {
    const member = turn.members.get(turn.lap.order[turn.lap.next] as NodeId)
    turn.lap = { ...turn.lap, next: turn.lap.next + 1 }
    if (isPresent(member)) return member
  }
  const lap = pick(turn, turn.members.current().size, isPresent)
  turn.lap = { order: lap.map((member) => member.node), next: 1 }
  return lap[0] ?? null
}

/** Pings one absent member without judging it: it may be back where no connection told. */
const reachOut = (turn: Turn): void => {
  const [absent] = pick(turn, 1, ({ state }) => state === 'dead' || state === 'unknown')
  if (absent === undefined) return
  turn.probeNumber += 1
  ping(turn, absent.node, turn.probeNumber)
}

const exchange = (turn: Turn): void => {
  const [member] = pick(turn, 1, isPresent)
  if (member !== undefined) sayHello(turn, member.node, true)
}

/** One round: a probe, and now and then a look at the absent and a full exchange. Sets the timer of the next. */
export const beginRound = (turn: Turn): void => {
  turn.round += 1
  schedule(turn, turn.timings.probeMs, { type: 'round', round: turn.round })
  const member = nextInLap(turn)
  if (member !== null && !turn.probes.has(member.node)) beginProbe(turn, member)
  if (turn.round % REACH_ROUNDS === 0) reachOut(turn)
  if (turn.round % EXCHANGE_ROUNDS === 0) exchange(turn)
}
