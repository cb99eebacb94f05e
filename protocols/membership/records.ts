/**
 * What is held of each member: the greatest record by (incarnation, state), so that the order and repetition of news do
 * not matter.
 */
import { FANOUT, RETRANSMIT_LAMBDA } from './limits.ts'
import type { News } from './messages.ts'
import type { Member } from './state.ts'
import { replaceMember, type Turn } from './turn.ts'
import type { MemberStatus } from './types.ts'

export const RANK: Record<MemberStatus, number> = { unknown: 0, alive: 1, suspect: 2, dead: 3, left: 4 }

const supersedes = (news: News, held: Member): boolean =>
  news.incarnation === held.incarnation
    ? RANK[news.state] > RANK[held.state]
    : news.incarnation > held.incarnation

/** Takes a record that supersedes the one held; true when it did. */
export const accept = (turn: Turn, news: News): boolean => {
  const held = turn.members.get(news.node)
  if (held === undefined || !supersedes(news, held)) return false
  const { node, state, incarnation, addresses, accusers } = news
  const { nowMs } = turn.env
  const sinceMs = state === held.state ? held.sinceMs : nowMs
  const suspicion = state === 'suspect' ? { sinceMs: nowMs, accusers, declarers: [] } : null
  const apartMs = held.state === 'dead' ? nowMs : held.apartMs
  replaceMember(turn, { ...held, state, incarnation, addresses, sinceMs, suspicion, apartMs })
  if (state === 'dead' || state === 'left') turn.probes.delete(node)
  return true
}

/** A member's record is to be passed on: to a few at once, and riding along often enough to reach all. */
export const passOn = (turn: Turn, node: string): void =>
  rideAlong(turn, node, Math.ceil(RETRANSMIT_LAMBDA * Math.log2(turn.members.size + 2)))

/** Something was added to a member's record, which most have: a few hear of it at once, and some by the way. */
export const passOnAddition = (turn: Turn, node: string): void => {
  const held = turn.outbox.find((rumour) => rumour.node === node)
  rideAlong(turn, node, Math.max(held?.left ?? 0, 2 * FANOUT))
}

const rideAlong = (turn: Turn, node: string, left: number): void => {
  turn.outbox = [{ node, left }, ...turn.outbox.filter((rumour) => rumour.node !== node)]
  turn.isNews = true
}

/** The record of a member, said to be in another state. */
export const newsAs = (member: Member, state: News['state']): News => ({
  node: member.node,
  state,
  incarnation: member.incarnation,
  addresses: [...member.addresses],
  accusers: state === 'suspect' ? [...(member.suspicion?.accusers ?? [])] : [],
})

/** The record of a member as others are told it; null while there is nothing to tell. */
export const newsOf = (member: Member): News | null =>
  member.state === 'unknown' ? null : newsAs(member, member.state)
