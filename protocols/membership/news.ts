/**
 * Hearing of news. Guarantees: nobody but the member itself raises its incarnation, and what is said of the node itself
 * and is not so is refuted.
 */
import { INCARNATION_MAX } from './limits.ts'
import type { News } from './messages.ts'
import { accept, passOn } from './records.ts'
import { strain } from './strain.ts'
import { awaitRefutation, joinAccusers } from './suspicion.ts'
import type { Turn } from './turn.ts'

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

/** Merges what another holds. It is not passed on: comparison gets around by itself. */
export const hearRecord = (turn: Turn, record: News): void => {
  if (record.node === turn.own.node) answerForOneself(turn, record)
  else take(turn, record)
}

/** Another half of a healed partition may call our living dead: that is a suspicion, until they had time to refute. */
export const withDoubt = (news: News): News => (news.state === 'dead' ? { ...news, state: 'suspect' } : news)
