/**
 * From suspicion to death (dynamic suspicion in Lifeguard): the more others confirm by probes of their own, the less
 * time there is to refute, from a greatest to a least that both grow with the logarithm of the mesh's size.
 */
import { ACCUSERS_MAX, CONFIRMATIONS, HEARSAY_MS } from './limits.ts'
import { accept, newsAs, passOn, passOnAddition } from './records.ts'
import { timeoutOf } from './rtt.ts'
import type { Member, Suspicion } from './state.ts'
import { judges } from './strain.ts'
import { schedule, type Turn } from './turn.ts'

type Suspect = Member & { readonly suspicion: Suspicion }

const isSuspect = (member: Member | undefined): member is Suspect =>
  member !== undefined && member.suspicion !== null

/** How far a suspicion is confirmed, from 0 to 1; where few others are alive, all of them suffice. */
const confirmation = (turn: Turn, { node, suspicion }: Suspect): number => {
  const wanted = turn.members.count(CONFIRMATIONS, (other) => other.state === 'alive' && other.node !== node)
  const confirmed = Math.min(wanted, Math.max(0, suspicion.accusers.length - 1))
  return wanted === 0 ? 1 : Math.log(confirmed + 1) / Math.log(wanted + 1)
}

/** How long a suspicion lasts that is so far confirmed. */
const durationOf = (turn: Turn, { rtt, suspicion }: Suspect, confirmed: number): number => {
  const { suspicionMs, suspicionMaxMs, timeoutFloorMs } = turn.timings
  const bySize = Math.max(1, Math.log10(turn.members.size + 1))
  const ms = suspicionMaxMs - confirmed * (suspicionMaxMs - suspicionMs)
  const knownRtt = rtt ?? turn.usualRtt
  const slownessMs = knownRtt === null ? 0 : timeoutOf(knownRtt, turn.timings) - timeoutFloorMs
  const hearsayMs = suspicion.accusers.includes(turn.own.node) ? 0 : HEARSAY_MS
  return bySize * ms + slownessMs + hearsayMs
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

/** A suspicion's time may be over: if it is, and was not refuted, the member is dead. */
export const endSuspicion = (turn: Turn, node: string, incarnation: number): void => {
  if (turn.members.get(node)?.incarnation !== incarnation) return
  if (!judges(turn)) renewSuspicion(turn, node)
  const suspect = turn.members.get(node)
  if (!isSuspect(suspect)) return
  const confirmed = confirmation(turn, suspect)
  if (turn.env.nowMs < suspect.suspicion.sinceMs + durationOf(turn, suspect, confirmed)) {
    lookAgain(turn, suspect, confirmed)
  } else if (accept(turn, newsAs(suspect, 'dead'))) passOn(turn, node)
}
