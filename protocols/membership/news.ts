/**
 * Hearing of news. Guarantees: nobody but the member itself raises its incarnation, and what is said of the node itself
 * and is not so is refuted.
 */
import type { NodeId } from '../wire/index.ts'
import { INCARNATION_MAX } from './limits.ts'
import type { News } from './messages.ts'
import { accept, passOn } from './records.ts'
import { strain } from './strain.ts'
import { awaitRefutation, joinAccusers, joinDeclarers } from './suspicion.ts'
import type { Turn } from './turn.ts'

/** Raises the own incarnation above the given one, on disk first, and tells. */
export const raiseIncarnation = (turn: Turn, above: number): void => {
  if (above >= INCARNATION_MAX) return
  turn.own = { ...turn.own, incarnation: above + 1 }
  turn.persist = true
  turn.isNews = true
}

export const sameAddresses = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((address, at) => address === others[at])

/** What is said about the node itself: anything but what it says itself at present is refuted. */
const answerForOneself = (turn: Turn, news: News): void => {
  const { incarnation, addresses } = turn.own
  const repeatsUs = news.state === 'alive' && sameAddresses(news.addresses, addresses)
  if (news.incarnation < incarnation || (news.incarnation === incarnation && repeatsUs)) return
  if (news.state !== 'alive') strain(turn)
  raiseIncarnation(turn, news.incarnation)
}

/** Takes what was said about one member, by itself or by another; true when its record is a new one. */
const take = (turn: Turn, news: News): boolean => {
  if (accept(turn, news)) {
    awaitRefutation(turn, news.node)
    return true
  }
  if (news.state === 'suspect' && turn.members.get(news.node)?.incarnation === news.incarnation)
    joinAccusers(turn, news.node, news.accusers)
  return false
}

/** Merges what was said about one member, and passes on what is new. */
export const hear = (turn: Turn, news: News): void => {
  if (news.node === turn.own.node) answerForOneself(turn, news)
  else if (take(turn, news)) passOn(turn, news.node)
}

/** Another half of a healed partition may call our living dead: that is a suspicion, until they had time to refute. */
const takeWithDoubt = (turn: Turn, from: NodeId, news: News): boolean => {
  if (news.state !== 'dead') return take(turn, news)
  const isNew = take(turn, { ...news, state: 'suspect' })
  if (turn.members.get(news.node)?.incarnation === news.incarnation) joinDeclarers(turn, news.node, from)
  return isNew
}

/** Merges what somebody says who was apart from us, and passes on what is new. */
export const hearWithDoubt = (turn: Turn, from: NodeId, news: News): void => {
  if (news.node === turn.own.node) answerForOneself(turn, news)
  else if (takeWithDoubt(turn, from, news)) passOn(turn, news.node)
}

/** Merges what another holds, who may have been apart. It is not passed on: comparison gets around by itself. */
export const hearRecord = (turn: Turn, from: NodeId, record: News): void => {
  if (record.node === turn.own.node) answerForOneself(turn, record)
  else takeWithDoubt(turn, from, record)
}
