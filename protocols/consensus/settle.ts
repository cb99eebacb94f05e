/**
 * What follows from a leader's state, derived at the end of each of its steps: commit, reconfigure, answer reads,
 * hand over, and send every peer what it lacks. Handlers only change the state.
 */
import type { NodeId } from '../wire/index.ts'
import { configurationCodec, isJoint, isReplica, replicasOf } from './configuration.ts'
import { becomeFollower } from './following.ts'
import { appendOwn, beginRound } from './leading.ts'
import { isFrom, newProgress, type Progress } from './progress.ts'
import { quorumReached } from './quorum.ts'
import { hasCaughtUp, hasReached, nextConfiguration } from './reconfiguration.ts'
import { broadcast } from './replication.ts'
import { configurationOf, type LeaderState, placedConfiguration } from './state.ts'
import { sendTo, type Turn } from './turn.ts'

/** What a quorum has reached, `own` being what the leader has; a peer that speaks from another store than the one named has nothing. */
const reachedByQuorum = (leader: LeaderState, own: number, of: (progress: Progress) => number): number =>
  quorumReached(configurationOf(leader), (voter, store) => {
    if (voter === leader.self) return store === null || leader.store?.id === store ? own : 0
    const progress = leader.progress.get(voter)
    return progress !== undefined && isFrom(progress, store) ? of(progress) : 0
  })

/** Commits what a quorum holds, if it is of this term: an older entry on a majority can still be replaced. */
const commit = (turn: Turn, leader: LeaderState): void => {
  if (leader.commitIndex === leader.log.lastIndex) return
  const held = (progress: Progress): number => progress.matchIndex
  const commitIndex = reachedByQuorum(leader, leader.log.lastIndex, held)
  if (commitIndex > leader.commitIndex && leader.log.termAt(commitIndex) === leader.term) {
    turn.state = { ...leader, commitIndex }
  }
}

/** Appends the next configuration and gives every newcomer its progress; false when there is none. */
const reconfigure = (turn: Turn, leader: LeaderState): boolean => {
  const next = nextConfiguration(leader, turn.env.nowMs)
  if (next === null) return false
  appendOwn(turn, 'configuration', configurationCodec.encode(next))
  const peers = [...replicasOf(next)].filter((node) => node !== leader.self)
  const { votersWanted } = leader
  const isOver = isJoint(next) || (votersWanted !== null && hasReached(next, votersWanted))
  const unknown = newProgress(leader.log.lastIndex, Number.NEGATIVE_INFINITY)
  turn.state = {
    ...(turn.state as LeaderState),
    progress: new Map(peers.map((peer) => [peer, leader.progress.get(peer) ?? unknown])),
    votersWanted: isOver ? null : votersWanted,
  }
  return true
}

const provenRound = (leader: LeaderState): number =>
  reachedByQuorum(leader, leader.round, (progress) => progress.ackedRound)

/** Answers the reads whose round is proven; begins the round that the others wait for unless one is under way. */
const answerReads = (turn: Turn, leader: LeaderState): void => {
  if (leader.reads.length === 0 || leader.log.termAt(leader.commitIndex) !== leader.term) return
  const underWay = leader.reads.some(({ round }) => round <= leader.round && round > provenRound(leader))
  if (!underWay && leader.reads.some(({ round }) => round > leader.round)) beginRound(turn, leader)
  const current = turn.state as LeaderState
  const proven = provenRound(current)
  for (const { readId, round } of current.reads) {
    if (round <= proven) turn.reads.push({ type: 'readReady', readId, index: current.commitIndex })
  }
  turn.state = { ...current, reads: current.reads.filter(({ round }) => round > proven) }
}

/** A leader of last resort hands over to the first other voter that can lead. */
const giveWay = (turn: Turn, leader: LeaderState): void => {
  const { self, edges, transfer } = leader
  if (!edges.has(self) || transfer !== null) return
  const { nowMs } = turn.env
  const { voters, stores } = configurationOf(leader)
  const to = voters.find((voter) => {
    const progress = leader.progress.get(voter)
    if (edges.has(voter) || progress === undefined) return false
    return hasCaughtUp(leader, voter, nowMs) && isFrom(progress, stores?.[voter] ?? null)
  })
  if (to !== undefined) turn.state = { ...leader, transfer: { to, sinceMs: nowMs, told: false } }
}

/** Asks the successor to campaign as soon as it holds the whole log. */
const tellSuccessor = (turn: Turn, leader: LeaderState): void => {
  const { transfer, log, term } = leader
  if (transfer === null || transfer.told) return
  if (leader.progress.get(transfer.to)?.matchIndex !== log.lastIndex) return
  sendTo(turn, transfer.to, { type: 'timeoutNow', term })
  turn.state = { ...leader, transfer: { ...transfer, told: true } }
}

/** A leader that is no voter any more has served its last entry; the most advanced voter goes on. */
const leaveOffice = (turn: Turn, leader: LeaderState): void => {
  const { index, configuration } = placedConfiguration(leader)
  if (index > leader.commitIndex || isReplica(configuration, leader.self)) return
  const match = (voter: NodeId): number => leader.progress.get(voter)?.matchIndex ?? 0
  const [successor] = configuration.voters.toSorted((a, b) => match(b) - match(a))
  if (successor !== undefined) sendTo(turn, successor, { type: 'timeoutNow', term: leader.term })
  becomeFollower(turn, leader.term, null)
}

export const settleLeader = (turn: Turn): void => {
  do commit(turn, turn.state as LeaderState)
  while (reconfigure(turn, turn.state as LeaderState))
  answerReads(turn, turn.state as LeaderState)
  broadcast(turn, turn.state as LeaderState)
  giveWay(turn, turn.state as LeaderState)
  tellSuccessor(turn, turn.state as LeaderState)
  leaveOffice(turn, turn.state as LeaderState)
}
