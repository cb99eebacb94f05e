/**
 * Majorities, of one set of voters or of both sets of a joint configuration.
 *
 * After etcd raft's `quorum/majority.go` and `joint.go`. An empty set decides nothing and hinders nothing; a
 * configuration without any voter never reaches a quorum.
 */
import type { NodeId } from '../wire/index.ts'
import type { Configuration, StoreId, StoreNames } from './types.ts'

export type VoteResult = 'won' | 'lost' | 'pending'

const majorityOf = (voters: readonly NodeId[]): number => Math.floor(voters.length / 2) + 1

/** What a voter with the store that is named for it said; null: whatever its store. */
type Said<Word> = (voter: NodeId, store: StoreId | null) => Word

const voteIn = (
  voters: readonly NodeId[],
  stores: StoreNames | undefined,
  voteOf: Said<boolean | undefined>,
): VoteResult => {
  const votes = voters.map((voter) => voteOf(voter, stores?.[voter] ?? null))
  const granted = votes.filter((vote) => vote === true).length
  const refused = votes.filter((vote) => vote === false).length
  if (granted >= majorityOf(voters)) return 'won'
  return granted + (voters.length - granted - refused) >= majorityOf(voters) ? 'pending' : 'lost'
}

/** How an election stands. Votes of those who are no voters do not count. */
export const countVotes = (
  { voters, stores, votersOutgoing, storesOutgoing }: Configuration,
  voteOf: Said<boolean | undefined>,
): VoteResult => {
  const incoming = voteIn(voters, stores, voteOf)
  if (votersOutgoing.length === 0) return incoming
  const outgoing = voteIn(votersOutgoing, storesOutgoing, voteOf)
  if (incoming === outgoing) return incoming
  return incoming === 'lost' || outgoing === 'lost' ? 'lost' : 'pending'
}

const reachedIn = (
  voters: readonly NodeId[],
  stores: StoreNames | undefined,
  reached: Said<number>,
): number =>
  voters.map((voter) => reached(voter, stores?.[voter] ?? null)).sort((a, b) => b - a)[
    majorityOf(voters) - 1
  ] ?? 0

/** The greatest number that a quorum has reached: of match indexes the committed one, of rounds the proven one. */
export const quorumReached = (
  { voters, stores, votersOutgoing, storesOutgoing }: Configuration,
  reached: Said<number>,
): number =>
  votersOutgoing.length === 0
    ? reachedIn(voters, stores, reached)
    : Math.min(reachedIn(voters, stores, reached), reachedIn(votersOutgoing, storesOutgoing, reached))

const isMajority = (
  voters: readonly NodeId[],
  stores: StoreNames | undefined,
  active: Said<boolean>,
): boolean => voters.filter((voter) => active(voter, stores?.[voter] ?? null)).length >= majorityOf(voters)

/** Whether those for whom `active` holds are a quorum. */
export const isQuorumActive = (
  { voters, stores, votersOutgoing, storesOutgoing }: Configuration,
  active: Said<boolean>,
): boolean =>
  isMajority(voters, stores, active) &&
  (votersOutgoing.length === 0 || isMajority(votersOutgoing, storesOutgoing, active))
