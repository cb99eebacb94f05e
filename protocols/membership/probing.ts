/**
 * Who is asked, when, and what an unanswered question means.
 *
 * One present member per round, in a shuffled order, so that the time until a silent one is asked is bounded
 * (SWIM, section 4.3). A ping that is not answered is sent again and, through others, a third way; only when all
 * of these fail is the member suspected.
 */
import type { NodeId } from '../wire/index.ts'
import { beginProbe, isAsked, ping } from './asking.ts'
import { compare } from './comparison.ts'
import { COMPARE_ROUNDS, INDIRECT_PROBES, REACH_ROUNDS } from './limits.ts'
import { indirectTimeoutOf, timeoutOf, withSample } from './rtt.ts'
import { FULL_ALLOWANCE, type Member, type Probe } from './state.ts'
import { judges, relax, strain, stretched } from './strain.ts'
import { accuse, renewSuspicion } from './suspicion.ts'
import { isAbsent, isOneOfFew, isPresent, isUnknown, pick, post, schedule, type Turn } from './turn.ts'

/** Asks in every way there is. */
const askAround = (turn: Turn, { node, rtt }: Member, earlier: Probe['pings']): void => {
  const relays = pick(turn, INDIRECT_PROBES, (other) => other.state === 'alive' && other.node !== node)
  const sent = ping(turn, node)
  const { number } = sent
  turn.probes.set(node, {
    number,
    phase: 'indirect',
    pings: [...earlier, sent],
    relays: relays.length === 0 ? 'unasked' : 'silent',
  })
  const rtts = relays.map((relay) => relay.rtt ?? turn.usualRtt)
  const timeoutMs = stretched(turn, indirectTimeoutOf(rtt ?? turn.usualRtt, rtts, turn.timings))
  for (const [at, relay] of relays.entries()) {
    const withinMs = Math.max(0, Math.floor(timeoutMs - (rtts[at]?.smoothedMs ?? 0)))
    post(turn, relay.node, { type: 'pingRequest', number, target: node, withinMs })
  }
  schedule(turn, timeoutMs, { type: 'probe', node, number })
}

/** A connection to a member closed: a hint that asks at once, and the others too. */
export const probeUrgently = (turn: Turn, node: NodeId): void => {
  const member = turn.members.get(node)
  if (isPresent(member) && turn.probes.get(node)?.phase !== 'indirect') askAround(turn, member, [])
}

/** A probe's time-out is over. */
export const endProbePhase = (turn: Turn, node: NodeId, number: number): void => {
  const probe = turn.probes.get(node)
  const member = turn.members.get(node)
  if (probe?.number !== number || !isPresent(member)) return
  if (!judges(turn)) beginProbe(turn, member)
  else if (probe.phase === 'direct') askAround(turn, member, probe.pings)
  else {
    turn.probes.set(node, { ...probe, phase: 'failed' })
    if (probe.relays === 'silent' && member.state === 'alive') strain(turn)
    accuse(turn, member)
  }
}

/** An ack or a vouch arrived, in time or late. A direct one tells how slow the member is. */
export const settleProbe = (turn: Turn, node: NodeId, number: number, isDirect: boolean): void => {
  const probe = turn.probes.get(node)
  const member = turn.members.get(node)
  const answered = probe?.pings.find((sent) => sent.number === number)
  if (probe === undefined || member === undefined || answered === undefined) return
  turn.probes.delete(node)
  if (probe.phase !== 'failed') relax(turn)
  renewSuspicion(turn, node)
  if (isDirect) measure(turn, node, turn.env.nowMs - answered.sentMs)
}

/** A late answer after one in time is a stall, of the member or of this node; a slow link, or a busy member, repeats itself. */
const measure = (turn: Turn, node: NodeId, roundTripMs: number): void => {
  const member = turn.members.get(node)
  if (member === undefined) return
  const isLate = member.rtt !== null && roundTripMs > timeoutOf(member.rtt, turn.timings)
  const isStall = isLate && member.wasInTime
  const sampleMs = Math.min(roundTripMs, turn.timings.timeoutCeilingMs)
  const rtt = isStall ? member.rtt : withSample(member.rtt, sampleMs)
  turn.members.replace({ ...member, wasInTime: !isLate, rtt })
  if (!isStall) turn.usualRtt = withSample(turn.usualRtt, sampleMs)
}

/** A relay waits in vain as we do: the fault is not here. */
export const hearRelay = (turn: Turn, node: NodeId, number: number): void => {
  const probe = turn.probes.get(node)
  if (probe?.number === number) turn.probes.set(node, { ...probe, relays: 'heard' })
}

/** The next present member of the lap; a new lap is shuffled when this one is over. */
const nextInLap = (turn: Turn): Member | null => {
  while (turn.lap.next < turn.lap.order.length) {
    const member = turn.members.get(turn.lap.order[turn.lap.next] as NodeId)
    turn.lap = { ...turn.lap, next: turn.lap.next + 1 }
    if (isPresent(member)) return member
  }
  const lap = pick(turn, turn.members.size, isPresent)
  turn.lap = { order: lap.map((member) => member.node), next: 1 }
  return lap[0] ?? null
}

/**
 * Pings one absent member without judging it: it may be back where no connection told. One that was never heard from may
 * have been given work already, and is suspected of nothing before it is known; so it is asked more often than the dead.
 */
const reachOut = (turn: Turn): void => {
  const isDue = turn.round % REACH_ROUNDS === 0
  const absent = turn.members.filter(isDue ? isAbsent : isUnknown)
  if (!isDue && absent.length === 0) return
  const member = absent[Math.floor(turn.env.random() * absent.length)]
  if (member !== undefined && isOneOfFew(turn, absent.length)) ping(turn, member.node)
}

const compareWithOne = (turn: Turn): void => {
  const [member] = pick(turn, 1, isPresent)
  if (member !== undefined) compare(turn, member.node)
}

/** One round: a probe, and now and then a look at the absent and a comparison. Sets the timer of the next. */
export const beginRound = (turn: Turn): void => {
  turn.round += 1
  turn.allowance = FULL_ALLOWANCE
  schedule(turn, stretched(turn, turn.timings.probeMs), { type: 'round', round: turn.round })
  const member = nextInLap(turn)
  if (member !== null && !isAsked(turn, member.node)) beginProbe(turn, member)
  reachOut(turn)
  if (turn.round % COMPARE_ROUNDS === 0) compareWithOne(turn)
}
