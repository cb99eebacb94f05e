/** How two members find out what one of them missed: digests first, and records only of those whose sums differ. */
import type { NodeId } from '../wire/index.ts'
import { differing, digestOf } from './digest.ts'
import { NEWS_MAX } from './limits.ts'
import { newsOf } from './records.ts'
import type { Member } from './state.ts'
import { isAbsent, isOneOfFew, post, postUnasked, type Turn } from './turn.ts'

/** Begins a comparison with a member; false where this round has seen enough of them. */
export const compare = (turn: Turn, to: NodeId): boolean => {
  const { comparisons } = turn.allowance
  if (comparisons === 0) return false
  turn.allowance = { ...turn.allowance, comparisons: comparisons - 1 }
  post(turn, to, { type: 'digest', sums: digestOf(turn), ask: true })
  return true
}

/** A member came into reach: whoever misses much compares, and everybody says where it is itself. */
export const greet = (turn: Turn, { node, state }: Member): void => {
  const hasMuchToLearn = state !== 'alive' && isOneOfFew(turn, turn.members.filter(isAbsent).length)
  if (!hasMuchToLearn || !compare(turn, node)) postUnasked(turn, node)
}

const sendRecords = (turn: Turn, to: NodeId, members: readonly Member[]): void => {
  const news = members.map(newsOf).filter((record) => record !== null)
  for (let start = 0; start < news.length; start += NEWS_MAX)
    post(turn, to, { type: 'records' }, news.slice(start, start + NEWS_MAX))
}

/** Answers a digest: nothing where it is like the own one, else the own records, and the own digest where it was asked for. */
export const answerDigest = (turn: Turn, from: NodeId, theirs: readonly number[], ask: boolean): void => {
  const sums = digestOf(turn)
  if (sums.every((sum, at) => sum === theirs[at])) return
  sendRecords(turn, from, differing(turn, sums, theirs))
  if (ask) post(turn, from, { type: 'digest', sums, ask: false })
}
