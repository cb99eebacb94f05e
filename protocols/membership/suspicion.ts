/**
 * From suspicion to death (dynamic suspicion in Lifeguard): the more others confirm by probes of their own, the less
 * time there is to refute, from a greatest to a least that both grow with the logarithm of the mesh's size.
 */
import { beginProbe } from './asking.ts'
import { ACCUSERS_MAX, CONFIRMATIONS, HEARSAY_MS } from './limits.ts'
import { accept, newsAs, passOn, passOnAddition } from './records.ts'
import { timeoutOf } from './rtt.ts'
import type { Member, Suspicion } from './state.ts'
import { judges } from './strain.ts'
import { schedule, type Turn } from './turn.ts'

type Suspect = Member & { readonly suspicion: Suspicion }

const isSuspect = (member: Member | undefined): member is Suspect =>
  member !== undefined && member.suspicion !== null

/** How many must confirm a suspicion; where few others are alive, all of them suffice. */
const wantedFor = (turn: Turn, { node }: Suspect): number =>
  turn.members.count(CONFIRMATIONS, (other) => other.state === 'alive' && other.node !== node)

/** Enough others hold a suspect to be dead already. */
const isDeclared = (turn: Turn, suspect: Suspect): boolean =>
  suspect.suspicion.declarers.length >= Math.max(1, wantedFor(turn, suspect))

/** How far a suspicion is confirmed, from 0 to 1, by those who joined its first accuser or who know of a death. */
const confirmation = (turn: Turn, suspect: Suspect): number => {
  const { accusers, declarers } = suspect.suspicion
  const wanted = wantedFor(turn, suspect)
  const confirmed = Math.min(wanted, Math.max(accusers.length - 1, declarers.length))
  return wanted === 0 ? 1 : Math.log(confirmed + 1) / Math.log(wanted + 1)
}

/** By how much a member's time-out is above the least. */
const slownessOf = (turn: Turn, { rtt }: Member): number => {
  const knownRtt = rtt ?? turn.usualRtt
  return knownRtt === null ? 0 : timeoutOf(knownRtt, turn.timings) - turn.timings.timeoutFloorMs
}

/** How long a suspicion lasts that is so far confirmed. */
const durationOf = (turn: Turn, suspect: Suspect, confirmed: number): number => {
  const { suspicionMs, suspicionMaxMs } = turn.timings
  const bySize = Math.max(1, Math.log10(turn.members.size + 1))
  const ms = suspicionMaxMs - confirmed * (suspicionMaxMs - suspicionMs)
  const hearsayMs = suspect.suspicion.accusers.includes(turn.own.node) ? 0 : HEARSAY_MS
  return bySize * ms + slownessOf(turn, suspect) + hearsayMs
}

/**
 * Looks again when the suspicion would be over if it were confirmed so far, and before that, for members that could
 * confirm may fall. In whole milliseconds, so that time goes on.
 */
const lookAgain = (turn: Turn, suspect: Suspect, confirmed: number): void => {
  const { node, incarnation, suspicion } = suspect
  const endsMs = suspicion.sinceMs + durationOf(turn, suspect, confirmed)
  const afterMs = Math.min(Math.ceil(endsMs - turn.env.nowMs), durationOf(turn, suspect, 1))
  schedule(turn, Math.max(1, afterMs), { type: 'suspicion', node, incarnation })
}

/** A suspicion has begun; the first look is at the least time, when most confirmations are there. */
export const awaitRefutation = (turn: Turn, node: string): void => {
  const suspect = turn.members.get(node)
  if (isSuspect(suspect)) lookAgain(turn, suspect, 1)
}

/** Others accuse a suspect too. */
export const joinAccusers = (turn: Turn, node: string, accusers: readonly string[]): void => {
  const held = turn.members.get(node)
  if (!isSuspect(held)) return
  const joined = [...new Set([...held.suspicion.accusers, ...accusers])].slice(0, ACCUSERS_MAX)
  if (joined.length === held.suspicion.accusers.length) return
  const suspect = { ...held, suspicion: { ...held.suspicion, accusers: joined } }
  turn.members.replace(suspect)
  passOnAddition(turn, node)
  lookAgain(turn, suspect, confirmation(turn, suspect))
}

/** Another holds a suspect to be dead. */
export const joinDeclarers = (turn: Turn, node: string, declarer: string): void => {
  const held = turn.members.get(node)
  if (!isSuspect(held)) return
  const { declarers } = held.suspicion
  if (declarers.length === CONFIRMATIONS || declarers.includes(declarer)) return
  const suspect = { ...held, suspicion: { ...held.suspicion, declarers: [...declarers, declarer] } }
  turn.members.replace(suspect)
  lookAgain(turn, suspect, confirmation(turn, suspect))
}

/** Accuses a member by the evidence of an own probe. It may be suspect already, by hearsay. */
export const accuse = (turn: Turn, member: Member): void => {
  const own = [turn.own.node]
  if (accept(turn, { ...newsAs(member, 'suspect'), accusers: own })) {
    passOn(turn, member.node)
    awaitRefutation(turn, member.node)
  } else joinAccusers(turn, member.node, own)
}

/** A suspect answered: it has all the time again to hear of the suspicion and to refute it. */
export const renewSuspicion = (turn: Turn, node: string): void => {
  const held = turn.members.get(node)
  if (!isSuspect(held)) return
  turn.members.replace({ ...held, suspicion: { ...held.suspicion, sinceMs: turn.env.nowMs } })
}

/** All suspects have all the time again. */
export const renewSuspicions = (turn: Turn): void => {
  for (const { node } of turn.members.filter(isSuspect)) renewSuspicion(turn, node)
}

/** A suspicion's time may be over: if it is, and was not refuted, the member is dead. Whoever says so has asked it itself. */
export const endSuspicion = (turn: Turn, node: string, incarnation: number): void => {
  const held = turn.members.get(node)
  if (!isSuspect(held) || held.incarnation !== incarnation) return
  if (!judges(turn) && !isDeclared(turn, held)) renewSuspicion(turn, node)
  const suspect = turn.members.get(node)
  if (!isSuspect(suspect)) return
  const confirmed = confirmation(turn, suspect)
  if (turn.env.nowMs < suspect.suspicion.sinceMs + durationOf(turn, suspect, confirmed)) {
    lookAgain(turn, suspect, confirmed)
  } else if (turn.probes.get(node) === undefined) {
    beginProbe(turn, suspect)
    schedule(turn, HEARSAY_MS + slownessOf(turn, suspect), { type: 'suspicion', node, incarnation })
  } else if (accept(turn, newsAs(suspect, 'dead'))) passOn(turn, node)
}
