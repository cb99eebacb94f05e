/** How a leader is found: time-out, pre-vote, vote. */
import type { NodeId } from '../wire/index.ts'
import { configurationCodec, isStranger, isVoter, nameStores, votesAlone } from './configuration.ts'
import { becomeFollower } from './following.ts'
import { appendOwn, becomeLeader } from './leading.ts'
import { EDGE_PATIENCE } from './limits.ts'
import type { Log } from './log.ts'
import { countVotes } from './quorum.ts'
import {
  type CampaignState,
  type ConsensusState,
  configurationOf,
  ELECTION_SPREAD,
  type FollowerState,
  isObserver,
  leaderOf,
  placedConfiguration,
  sharedOf,
} from './state.ts'
import { replyTo, sendTo, setTimer, type Turn } from './turn.ts'
import type { ConsensusMessage } from './types.ts'

type VoteRequest = Extract<ConsensusMessage, { type: 'preVote' | 'vote' }>
type VoteReply = Extract<ConsensusMessage, { type: 'preVoteReply' | 'voteReply' }>

/**
 * Whoever votes; and whoever did until a configuration that is not known to be committed. The voters it leaves to may
 * lack that entry and need an old majority for it, whose member with the longest log is perhaps this one (thesis 4.2.2).
 */
const mayCampaign = (state: ConsensusState): boolean => {
  if (isObserver(state)) return false
  const { index, configuration } = placedConfiguration(state)
  if (isVoter(configuration, state.self)) return true
  const before = state.configurations.at(-2)
  return index > state.commitIndex && before !== undefined && isVoter(before.configuration, state.self)
}

/** A leader is trusted while it has a quorum, which it checks itself; others trust it for `electionMs`. */
const hearsLeader = (state: ConsensusState, nowMs: number): boolean => {
  if (state.role === 'leader') return true
  return leaderOf(state) !== null && nowMs - state.lastHeardMs < state.timings.electionMs
}

const isUpToDate = (log: Log, { lastIndex, lastTerm }: VoteRequest): boolean =>
  lastTerm > log.lastTerm || (lastTerm === log.lastTerm && lastIndex >= log.lastIndex)

/** Becomes a (pre-)candidate with its own vote, and asks the others unless that one is enough. */
export const campaign = (turn: Turn, role: CampaignState['role'], transfer: boolean): void => {
  const { state, env } = turn
  const votes = new Map([[state.self, { granted: true, store: state.store?.id ?? null }]])
  const clock = { lastHeardMs: env.nowMs, electionTimeoutMs: null }
  const shared = sharedOf(state)
  turn.state =
    role === 'candidate'
      ? { ...shared, ...clock, role, votes, term: state.term + 1, votedFor: state.self }
      : { ...shared, ...clock, role, votes }
  if (!decide(turn)) ask(turn, transfer)
}

/** Asks every voter that has not answered, for what its role wants of it. */
const ask = (turn: Turn, transfer: boolean): void => {
  const state = turn.state as CampaignState
  const { role, log, term, votes } = state
  const type = role === 'candidate' ? 'vote' : 'preVote'
  const request = { type, lastIndex: log.lastIndex, lastTerm: log.lastTerm, transfer } as const
  const { voters, votersOutgoing } = configurationOf(state)
  for (const voter of new Set([...voters, ...votersOutgoing])) {
    if (!votes.has(voter)) sendTo(turn, voter, { ...request, term: role === 'candidate' ? term : term + 1 })
  }
}

/** Acts on the votes so far; false while they decide nothing. */
const decide = (turn: Turn): boolean => {
  const state = turn.state as CampaignState
  const result = countVotes(configurationOf(state), (voter, store) => {
    const ballot = state.votes.get(voter)
    return store === null || ballot?.store === store ? ballot?.granted : undefined
  })
  if (result === 'pending') return false
  if (result === 'lost') becomeFollower(turn, state.term, null)
  else if (state.role === 'preCandidate') campaign(turn, 'candidate', false)
  else becomeLeader(turn)
  return true
}

export const handleStarted = (turn: Turn): void => {
  if (turn.state.role === 'leader') return
  turn.state = { ...turn.state, lastHeardMs: turn.env.nowMs }
  turn.toldIndex = 0
  turn.installed = turn.state.snapshot
  const isAlone = votesAlone(configurationOf(turn.state), turn.state.self)
  if (isAlone && mayCampaign(turn.state)) campaign(turn, 'preCandidate', false)
}

/** Names its own store, as the leader of a new term would, and leads from there. */
export const handleAdoptStore = (turn: Turn): void => {
  const { state } = turn
  const configuration = configurationOf(state)
  if (!isObserver(state) || !votesAlone(configuration, state.self)) return
  turn.state = { ...state, term: state.term + 1, votedFor: state.self }
  const store = state.store?.id ?? null
  appendOwn(turn, 'configuration', configurationCodec.encode(nameStores(configuration, () => store)))
  campaign(turn, 'preCandidate', false)
}

/** How long to go without a leader before campaigning: an edge node leaves it to any other voter first. */
const patienceOf = ({ edges, self }: ConsensusState, electionTimeoutMs: number): number =>
  edges.has(self) ? EDGE_PATIENCE * electionTimeoutMs : electionTimeoutMs

/** A candidate for whom all votes count so far: who is silent may be writing its vote, or was not reached. */
const isUncontested = (state: ConsensusState): state is CampaignState => {
  if (state.role !== 'candidate') return false
  const configuration = configurationOf(state)
  return [...state.votes].every(
    ([voter, { granted, store }]) => granted && !isStranger(configuration, voter, store),
  )
}

/** Goes on in the same term: a vote that comes after the next candidacy began would count for nothing. */
const askAgain = (turn: Turn, candidate: CampaignState): void => {
  turn.state = { ...candidate, lastHeardMs: turn.env.nowMs, electionTimeoutMs: null }
  ask(turn, false)
}

export const handleElectionTimer = (turn: Turn): void => {
  const { state, env } = turn
  if (state.role === 'leader' || state.electionTimeoutMs === null) return
  const silentMs = env.nowMs - state.lastHeardMs
  const leftMs = state.electionTimeoutMs - silentMs
  const patienceMs = patienceOf(state, state.electionTimeoutMs) - silentMs
  if (leftMs > 0) setTimer(turn, 'election', leftMs)
  else if (mayCampaign(state) && isUncontested(state)) askAgain(turn, state)
  else if (mayCampaign(state) && patienceMs > 0) {
    becomeFollower(turn, state.term, null)
    setTimer(turn, 'election', patienceMs)
  } else if (mayCampaign(state)) campaign(turn, 'preCandidate', false)
  else {
    becomeFollower(turn, state.term, null)
    turn.state = { ...(turn.state as FollowerState), electionTimeoutMs: null }
  }
}

/** Whoever may campaign has an election timer, and whoever has a leader that may fall silent; nobody else is woken. */
export const armElection = (turn: Turn): void => {
  const { state, env } = turn
  if (state.role === 'leader' || state.electionTimeoutMs !== null) return
  if (!mayCampaign(state) && leaderOf(state) === null) return
  const electionTimeoutMs = Math.ceil(state.timings.electionMs * (1 + ELECTION_SPREAD * env.random()))
  turn.state = { ...state, electionTimeoutMs }
  setTimer(turn, 'election', Math.max(0, state.lastHeardMs + electionTimeoutMs - env.nowMs))
}

/**
 * Answers a request from anybody: the candidate's configuration says whose vote counts, not ours (thesis 4.1). Only
 * a voter whose store is not the one named says nothing: that store may have promised otherwise.
 */
export const handleVoteRequest = (turn: Turn, from: NodeId, request: VoteRequest): void => {
  const { type, term, transfer } = request
  if (turn.state.log.lastIndex === 0 || isObserver(turn.state)) return
  if (term > turn.state.term && !transfer && hearsLeader(turn.state, turn.env.nowMs)) return
  if (type === 'vote' && term > turn.state.term) becomeFollower(turn, term, null)
  const { state } = turn
  const isFree =
    state.votedFor === from ||
    (state.votedFor === null && leaderOf(state) === null) ||
    (type === 'preVote' && term > state.term)
  const granted = term >= state.term && isFree && isUpToDate(state.log, request)
  // Who is asked again gives the same answer, and is none the more patient for it.
  if (granted && type === 'vote' && state.votedFor !== from) {
    becomeFollower(turn, term, null)
    turn.state = { ...turn.state, votedFor: from, lastHeardMs: turn.env.nowMs } as ConsensusState
  }
  const replyType = type === 'vote' ? 'voteReply' : 'preVoteReply'
  replyTo(turn, from, { type: replyType, term: granted ? term : state.term, granted })
}

export const handleVoteReply = (turn: Turn, from: NodeId, reply: VoteReply): void => {
  const { state } = turn
  const { type, term, granted, store } = reply
  const isPreVote = type === 'preVoteReply'
  if (state.role !== (isPreVote ? 'preCandidate' : 'candidate')) return
  if (term !== (isPreVote && granted ? state.term + 1 : state.term)) return
  if (state.votes.has(from)) return
  turn.state = { ...state, votes: new Map(state.votes).set(from, { granted, store: store?.id ?? null }) }
  decide(turn)
}

/**
 * A reply from a term that has begun. Where it refuses a pre-vote, nobody leads there either, and the question is asked
 * again for the term after: a voter that was away while terms rose, and may be the only one with the log to lead, or an
 * edge node with its long patience, loses no time-out for it.
 */
export const handleLaterTerm = (turn: Turn, { type, term }: ConsensusMessage): void => {
  const asks = turn.state.role === 'preCandidate' && type === 'preVoteReply'
  becomeFollower(turn, term, null)
  if (asks && mayCampaign(turn.state)) campaign(turn, 'preCandidate', false)
}

/** The leader of this term asks for its succession; nobody else can. */
export const handleTimeoutNow = (turn: Turn, from: NodeId, term: number): void => {
  const { state } = turn
  if (term !== state.term || leaderOf(state) !== from || !mayCampaign(state)) return
  campaign(turn, 'candidate', true)
}
