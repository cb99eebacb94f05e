/** How news gets around: at once to a few, riding along on every message, and in full on contact. */
import type { NodeId } from '../wire/index.ts'
import { FANOUT, NEWS_MAX, PIGGYBACK_MAX, RETRANSMIT_LAMBDA } from './limits.ts'
import type { MembershipMessage, News } from './messages.ts'
import { newsOf } from './news.ts'
import { isPresent, type Mail, pick, post, type Turn } from './turn.ts'

/** The records that ride along on one message, those first that were sent least. */
const takeFromOutbox = (turn: Turn, to: NodeId): News[] => {
  const limit = Math.ceil(RETRANSMIT_LAMBDA * Math.log2(turn.members.current().size + 2))
  let waiting = [...turn.outbox.current()].filter(([node]) => node !== to)
  if (waiting.length > PIGGYBACK_MAX) waiting = waiting.sort(([, a], [, b]) => a - b).slice(0, PIGGYBACK_MAX)
  const taken: News[] = []
  for (const [node, sent] of waiting) {
    const member = turn.members.get(node)
    const news = member === undefined ? null : newsOf(member)
    if (news !== null) taken.push(news)
    if (sent + 1 < limit) turn.outbox.set(node, sent + 1)
    else turn.outbox.delete(node)
  }
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

/** Sends all that is known of all, in parts; the first part may ask for the same back. */
export const sayHello = (turn: Turn, to: NodeId, ask: boolean): void => {
  const all = [...turn.members.current().values()].map(newsOf).filter((news) => news !== null)
  post(turn, to, { type: 'hello', ask }, all.slice(0, NEWS_MAX))
  for (let start = NEWS_MAX; start < all.length; start += NEWS_MAX)
    post(turn, to, { type: 'hello', ask: false }, all.slice(start, start + NEWS_MAX))
}

/** Tells a few others at once of what changed in this step, and the accused, who can refute it. `from` told us. */
export const spreadChanges = (turn: Turn, from: NodeId | null): void => {
  if (turn.changed.size === 0) return
  const accused = [...turn.changed].filter((node) => {
    const state = turn.members.get(node)?.state
    return state === 'suspect' || state === 'dead'
  })
  const told = pick(
    turn,
    FANOUT,
    (member) => isPresent(member) && member.node !== from && !accused.includes(member.node),
  )
  for (const node of [...accused, ...told.map((member) => member.node)]) post(turn, node, { type: 'news' })
}
