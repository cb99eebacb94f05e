/**
 * Merging of news. Guarantees: the order and repetition of news do not matter, because each member's record is the
 * greatest by (incarnation, state); nobody but the member itself raises its incarnation.
 */
import { HEARSAY_MS, INCARNATION_MAX } from './limits.ts'
import type { News } from './messages.ts'
import type { Member } from './state.ts'
import { replaceMember, schedule, type Turn } from './turn.ts'
import type { MemberStatus } from './types.ts'

const RANK: Record<MemberStatus, number> = { unknown: 0, alive: 1, suspect: 2, dead: 3, left: 4 }

const supersedes = (news: News, held: Member): boolean =>
  news.incarnation === held.incarnation
    ? RANK[news.state] > RANK[held.state]
    : news.incarnation > held.incarnation

/** Raises the own incarnation above the given one, on disk first, and tells. */
export const raiseIncarnation = (turn: Turn, above: number): void => {
  if (above >= INCARNATION_MAX) return
  turn.own = { ...turn.own, incarnation: above + 1 }
  turn.persist = true
  turn.changed.add(turn.own.node)
}

export const sameAddresses = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((address, at) => address === others[at])

/** What is said about the node itself: anything but what it says itself at present is refuted. */
const answerForOneself = (turn: Turn, news: News): void => {
  const { incarnation, addresses } = turn.own
  const repeatsUs = news.state === 'alive' && sameAddresses(news.addresses, addresses)
  if (news.incarnation > incarnation || (news.incarnation === incarnation && !repeatsUs))
    raiseIncarnation(turn, news.incarnation)
}

/** Takes a record that supersedes the one held; true when it did. */
const accept = (turn: Turn, news: News): boolean => {
  const held = turn.members.get(news.node)
  if (held === undefined || !supersedes(news, held)) return false
  const { node, state, incarnation, addresses } = news
  const sinceMs = state === held.state ? held.sinceMs : turn.env.nowMs
  replaceMember(turn, { node, state, incarnation, addresses, sinceMs, rtt: held.rtt })
  turn.outbox.set(node, 0)
  turn.changed.add(node)
  if (state === 'dead' || state === 'left') turn.probes.delete(node)
  return true
}

const awaitRefutation = (turn: Turn, { node, incarnation }: Member | News, afterMs: number): void =>
  schedule(turn, afterMs, { type: 'suspicion', node, incarnation })

/** Merges what was said about one member, by itself or by another. */
export const hear = (turn: Turn, news: News): void => {
  if (news.node === turn.own.node) answerForOneself(turn, news)
  else if (accept(turn, news) && news.state === 'suspect')
    awaitRefutation(turn, news, turn.timings.suspicionMs + HEARSAY_MS)
}

const asNews = (member: Member, state: News['state']): News => ({
  node: member.node,
  state,
  incarnation: member.incarnation,
  addresses: [...member.addresses],
})

/** The record of a member as others are told it; null while there is nothing to tell. */
export const newsOf = (member: Member): News | null =>
  member.state === 'unknown' ? null : asNews(member, member.state)

/** Suspects a member by the evidence of an own probe. It may be suspect already, by hearsay. */
export const suspect = (turn: Turn, member: Member): void => {
  accept(turn, asNews(member, 'suspect'))
  awaitRefutation(turn, member, turn.timings.suspicionMs)
}

/** A suspicion's time is over: unless it was refuted, the member is dead. */
export const endSuspicion = (turn: Turn, node: string, incarnation: number): void => {
  const member = turn.members.get(node)
  if (member?.state !== 'suspect' || member.incarnation !== incarnation) return
  if (turn.env.nowMs < turn.judgesFromMs) awaitRefutation(turn, member, turn.timings.suspicionMs)
  else accept(turn, asNews(member, 'dead'))
}
