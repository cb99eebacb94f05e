/**
 * Majorities, of one set of voters or of both sets of a joint configuration.
 *
 * After etcd raft's `quorum/majority.go` and `joint.go`. An empty set decides nothing and hinders nothing; a
 * configuration without any voter never reaches a quorum.
 */
import type { NodeId } from '../wire/index.ts'
import type { Configuration } from './types.ts'

export type VoteResult = 'won' | 'lost' | 'pending'

const majorityOf = (voters: readonly NodeId[]): number => Math.floor(voters.length / 2) + 1

const voteIn = (voters: readonly NodeId[], votes: ReadonlyMap<NodeId, boolean>): VoteResult => {
  const granted = voters.filter((voter) => votes.get(voter) === true).length
  const refused = voters.filter((voter) => votes.get(voter) === false).length
  if (granted >= majorityOf(voters)) return 'won'
  return granted + (voters.length - granted - refused) >= majorityOf(voters) ? 'pending' : 'lost'
}

/** How an election stands. Votes of those who are no voters do not count. */
export const countVotes = (
  { voters, votersOutgoing }: Configuration,
  votes: ReadonlyMap<NodeId, boolean>,
): VoteResult => {
  const incoming = voteIn(voters, votes)
  if (votersOutgoing.length === 0) return incoming
  const outgoing = voteIn(votersOutgoing, votes)
  if (incoming === outgoing) return incoming
  return incoming === 'lost' || outgoing === 'lost' ? 'lost' : 'pending'
}

const reachedIn = (voters: readonly NodeId[], reached: (voter: NodeId) => number): number =>
  voters.map(reached).sort((a, b) => b - a)[majorityOf(voters) - 1] ?? 0

/** The greatest number that a quorum has reached: of match indexes the committed one, of rounds the proven one. */
export const quorumReached = (
  { voters, votersOutgoing }: Configuration,
  reached: (voter: NodeId) => number,
): number =>
  votersOutgoing.length === 0
    ? reachedIn(voters, reached)
    : Math.min(reachedIn(voters, reached), reachedIn(votersOutgoing, reached))

/** Whether those for whom `active` holds are a quorum. */
export const isQuorumActive = (configuration: Configuration, active: (voter: NodeId) => boolean): boolean =>
  quorumReached(configuration, (voter) => (active(voter) ? 1 : 0)) === 1
