import type { NodeId } from '../wire/index.ts'
import { handleCompact, handleFollowedSnapshot, handleSnapshotPiece } from './compaction.ts'
import {
  armElection,
  handleAdoptStore,
  handleElectionTimer,
  handleLaterTerm,
  handleStarted,
  handleTimeoutNow,
  handleVoteReply,
  handleVoteRequest,
} from './election.ts'
import { handleAppend, handleFollowed } from './following.ts'
import { handleAdopt, handleRecover, handleSupersede, isForeign, isOwn } from './generation.ts'
import {
  handleAppendReply,
  handleChangeVoters,
  handleHeartbeatTimer,
  handlePropose,
  handleRead,
  handleSnapshotReply,
  handleTransfer,
} from './leading.ts'
import { settleLeader } from './settle.ts'
import { type ConsensusState, termMax } from './state.ts'
import { beginTurn, type ConsensusStep, finishTurn, type Turn } from './turn.ts'
import type { ConsensusEvent, ConsensusMessage, ConsensusTimer, StepEnv } from './types.ts'

const REPLIES: ReadonlySet<ConsensusMessage['type']> = new Set(['voteReply', 'appendReply', 'snapshotReply'])

/** A reply from a later term ends ours; only a granted pre-vote speaks of a term that nobody has begun. */
const isFromLaterTerm = (term: number, message: ConsensusMessage): boolean => {
  if (message.type === 'preVoteReply') return message.term > term && !message.granted
  return REPLIES.has(message.type) && message.term > term
}

const receive = (turn: Turn, from: NodeId, message: ConsensusMessage): void => {
  if (message.term > termMax(turn.state)) return
  if (isForeign(turn, from, message)) return
  if (isFromLaterTerm(turn.state.term, message)) {
    handleLaterTerm(turn, message)
    return
  }
  switch (message.type) {
    case 'preVote':
    case 'vote':
      handleVoteRequest(turn, from, message)
      break
    case 'preVoteReply':
    case 'voteReply':
      handleVoteReply(turn, from, message)
      break
    case 'append':
      handleAppend(turn, from, message)
      break
    case 'appendReply':
      handleAppendReply(turn, from, message)
      break
    case 'snapshotPiece':
      handleSnapshotPiece(turn, from, message)
      break
    case 'snapshotReply':
      handleSnapshotReply(turn, from, message)
      break
    case 'timeoutNow':
      handleTimeoutNow(turn, from, message.term)
      break
  }
}

const wake = (turn: Turn, timer: ConsensusTimer, token: number): void => {
  if (token !== turn.state.tokens[timer]) return
  turn.storeCommit = true
  if (timer === 'election') handleElectionTimer(turn)
  else handleHeartbeatTimer(turn)
}

/** What a machine whose generation is over does still: it answers its owner, and takes the log of a newer one. */
const OVER: ReadonlySet<ConsensusEvent['type']> = new Set([
  'started',
  'timer',
  'propose',
  'read',
  'recover',
  'supersede',
  'adopt',
])

const handle = (turn: Turn, event: ConsensusEvent): void => {
  if (turn.state.supersededBy !== null && !OVER.has(event.type)) return
  switch (event.type) {
    case 'started':
      handleStarted(turn)
      break
    case 'received':
      if (event.from !== turn.state.self) receive(turn, event.from, event.message)
      break
    case 'timer':
      wake(turn, event.timer, event.token)
      break
    case 'propose':
      handlePropose(turn, event.proposals)
      break
    case 'changeVoters':
      handleChangeVoters(turn, event.voters)
      break
    case 'followed':
      if (isOwn(turn, event.generation)) handleFollowed(turn, event)
      break
    case 'followedSnapshot':
      if (isOwn(turn, event.generation)) handleFollowedSnapshot(turn, event.snapshot)
      break
    case 'compact':
      handleCompact(turn, event)
      break
    case 'adoptStore':
      handleAdoptStore(turn)
      break
    case 'recover':
      handleRecover(turn, event)
      break
    case 'supersede':
      handleSupersede(turn, event.by)
      break
    case 'adopt':
      handleAdopt(turn, event)
      break
    case 'edges':
      turn.state = { ...turn.state, edges: event.nodes }
      break
    case 'transferLeadership':
      handleTransfer(turn, event.to)
      break
    case 'read':
      handleRead(turn, event.readId)
      break
  }
}

/**
 * One event, one new state, and what must be done, in order. Pure: time and chance come in `env`. Never throws for
 * what was received; what is hostile or stale leaves the state as it was.
 */
export const step = (state: ConsensusState, event: ConsensusEvent, env: StepEnv): ConsensusStep => {
  const turn = beginTurn(state, env)
  handle(turn, event)
  if (turn.state.role === 'leader' && turn.state !== state) settleLeader(turn)
  armElection(turn)
  return finishTurn(turn)
}
