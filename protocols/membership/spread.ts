/** How news gets around: at once to a few, and riding along on every message. */
import type { NodeId } from '../wire/index.ts'
import { probeSuspect } from './asking.ts'
import { FANOUT, PIGGYBACK_MAX } from './limits.ts'
import type { MembershipMessage, News } from './messages.ts'
import { newsOf } from './records.ts'
import type { Member } from './state.ts'
import { isOneOfFew, isPresent, type Mail, pick, postUnasked, type Turn } from './turn.ts'

/** The records that ride along on one message: the newest, and of the others those that were not sent for longest. */
const takeFromOutbox = (turn: Turn, to: NodeId): News[] => {
  if (turn.outbox.length === 0) return []
  const others = turn.outbox.filter(({ node }) => node !== to)
  if (others.length === 0) return []
  const outbox = turn.outbox.filter(({ node }) => node === to).concat(others.slice(PIGGYBACK_MAX))
  const taken: News[] = []
  for (const { node, left } of others.slice(0, PIGGYBACK_MAX)) {
    if (left > 1) outbox.push({ node, left: left - 1 })
    const member = turn.members.get(node)
    const news = member === undefined ? null : newsOf(member)
    if (news !== null) taken.push(news)
  }
  turn.outbox = outbox
  return taken
}

/** To whom we hold to be absent, that record goes first, so that it can refute it (the buddy system of Lifeguard). */
const accusation = (turn: Turn, to: NodeId): News[] => {
  const member = turn.members.get(to)
  const news = member === undefined || member.state === 'alive' ? null : newsOf(member)
  return news === null ? [] : [news]
}

/** The message that goes out for a mail. */
export const compose = (turn: Turn, { to, body, news }: Mail): MembershipMessage => {
  const { incarnation, left, addresses } = turn.own
  return {
    speaker: { incarnation, left, addresses: [...addresses] },
    news: news === null ? [...accusation(turn, to), ...takeFromOutbox(turn, to)] : [...news],
    body,
  }
}

const hasFallen = (member: Member | undefined): member is Member =>
  member?.state === 'suspect' || member?.state === 'dead'

/** Members that became suspect or dead in this step. */
const fallenIn = ({ changes, members }: Turn): readonly Member[] =>
  changes
    .filter(
      ({ member, previous }) =>
        member?.state !== previous?.state || member?.incarnation !== previous?.incarnation,
    )
    .map(({ member }) => members.get(member?.node ?? ''))
    .filter(hasFallen)

/**
 * Tells members at once what is said of them, so that they can refute it. Who only heard of a suspicion does so by a probe:
 * where the suspect does not answer, that confirms it.
 */
export const confrontFallen = (turn: Turn): void => {
  if (turn.changes.length === 0) return
  for (const member of fallenIn(turn)) {
    const isOwnAccusation = member.suspicion?.accusers.includes(turn.own.node) === true
    if (!isOwnAccusation && !isOneOfFew(turn)) continue
    if (isOwnAccusation || member.state === 'dead' || !probeSuspect(turn, member))
      postUnasked(turn, member.node)
  }
}

/** Tells a few others at once of what changed in this step; `from` told us. */
export const spreadChanges = (turn: Turn, from: NodeId | null): void => {
  if (!turn.isNews || turn.allowance.news === 0) return
  const fallen = fallenIn(turn)
  const told = pick(
    turn,
    FANOUT,
    (member) => isPresent(member) && member.node !== from && !fallen.includes(member),
  )
  for (const { node } of told) postUnasked(turn, node)
}
