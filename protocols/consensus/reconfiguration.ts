/** Which configuration the leader puts into its log next, on the way to the voters that were asked for. */
import type { NodeId } from '../wire/index.ts'
import { enterJoint, isJoint, isStranger, leaveJoint, nameStores, sameMembers } from './configuration.ts'
import { CAUGHT_UP_ENTRIES } from './limits.ts'
import { isFrom } from './progress.ts'
import { isQuorumActive } from './quorum.ts'
import { type LeaderState, placedConfiguration } from './state.ts'
import type { Configuration, StoreId } from './types.ts'

const isHeard = (leader: LeaderState, peer: NodeId, nowMs: number): boolean =>
  nowMs - (leader.progress.get(peer)?.lastHeardMs ?? Number.NEGATIVE_INFINITY) < leader.timings.electionMs

/** Whether a peer answers and lacks hardly anything. */
export const hasCaughtUp = (leader: LeaderState, peer: NodeId, nowMs: number): boolean => {
  const progress = leader.progress.get(peer)
  return (
    progress !== undefined &&
    progress.mode === 'replicate' &&
    progress.matchIndex + CAUGHT_UP_ENTRIES >= leader.log.lastIndex &&
    progress.matchIndex > 0 &&
    isHeard(leader, peer, nowMs)
  )
}

/** Whether a change to the voters `wanted` is over. */
export const hasReached = (configuration: Configuration, wanted: readonly NodeId[]): boolean =>
  !isJoint(configuration) && configuration.learners.length === 0 && sameMembers(configuration.voters, wanted)

/** The store from which a node speaks to the leader; null where it has none, or did not speak yet. */
const storeHeard = (leader: LeaderState, node: NodeId): StoreId | null =>
  (node === leader.self ? leader.store : leader.progress.get(node)?.store)?.id ?? null

/** Whether nothing is heard of a voter but from the store that is named for it. */
const speaksAsNamed = (leader: LeaderState, { stores }: Configuration, voter: NodeId): boolean => {
  const store = storeHeard(leader, voter)
  return store === null || store === stores?.[voter]
}

/** Whether a voter answers from the store that is named for it, and did since the change was asked for. */
const isThere = (leader: LeaderState, voter: NodeId, store: StoreId | null, nowMs: number): boolean => {
  const progress = leader.progress.get(voter)
  if (progress === undefined) return voter === leader.self
  return isHeard(leader, voter, nowMs) && isFrom(progress, store) && progress.ackedRound >= leader.wantedRound
}

/**
 * The next configuration, or null while there is nothing to do or something to wait for: the present one must be
 * committed, and an entry of this term too, or a former leader's change might still be on its way.
 *
 * A voter that speaks from another store than the one named for it is a newcomer, wanted or not: it catches up, and a
 * joint configuration replaces the one by the other, for the majority of before must not need what it forgot.
 *
 * No configuration is entered whose majorities are not there now: nothing would lead out of it again. To have been heard
 * a moment ago is not enough: its disk may have been lost since.
 */
export const nextConfiguration = (leader: LeaderState, nowMs: number): Configuration | null => {
  const { log, commitIndex, term, transfer, votersWanted } = leader
  const { index, configuration } = placedConfiguration(leader)
  if (index > commitIndex || log.termAt(commitIndex) !== term || transfer !== null) return null
  if (isJoint(configuration)) return leaveJoint(configuration)
  const { voters, stores, learners } = configuration
  if (votersWanted === null && voters.every((node) => speaksAsNamed(leader, configuration, node))) return null
  const wanted = votersWanted ?? voters
  const isReplaced = (node: NodeId): boolean => {
    const store = storeHeard(leader, node)
    return store !== null && isHeard(leader, node, nowMs) && isStranger(configuration, node, store)
  }
  const joining = wanted.filter((node) => !voters.includes(node))
  if (votersWanted !== null && !sameMembers(learners, joining)) return { ...configuration, learners: joining }
  const newcomers = [...joining, ...wanted.filter(isReplaced)]
  if (newcomers.length === 0 && sameMembers(voters, wanted)) return nameUnnamed(leader, configuration)
  if (!newcomers.every((node) => hasCaughtUp(leader, node, nowMs))) return null
  const joint = enterJoint(configuration, wanted, (node) =>
    newcomers.includes(node) ? storeHeard(leader, node) : (stores?.[node] ?? null),
  )
  return isQuorumActive(joint, (node, store) => isThere(leader, node, store, nowMs)) ? joint : null
}

/** `configuration` with the stores of voters that had none when it was made; null where none is to be added. */
const nameUnnamed = (leader: LeaderState, configuration: Configuration): Configuration | null => {
  const { voters, stores } = configuration
  const isNew = (node: NodeId): boolean => stores?.[node] === undefined && storeHeard(leader, node) !== null
  if (!voters.some(isNew)) return null
  return nameStores(configuration, (node) => stores?.[node] ?? storeHeard(leader, node))
}
