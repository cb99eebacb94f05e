/** Which configuration the leader puts into its log next, on the way to the voters that were asked for. */
import type { NodeId } from '../wire/index.ts'
import { enterJoint, isJoint, leaveJoint, sameMembers } from './configuration.ts'
import { CAUGHT_UP_ENTRIES } from './limits.ts'
import { type LeaderState, placedConfiguration } from './state.ts'
import type { Configuration } from './types.ts'

const hasCaughtUp = (leader: LeaderState, learner: NodeId, nowMs: number): boolean => {
  const progress = leader.progress.get(learner)
  return (
    progress !== undefined &&
    progress.mode === 'replicate' &&
    progress.matchIndex + CAUGHT_UP_ENTRIES >= leader.log.lastIndex &&
    progress.matchIndex > 0 &&
    nowMs - progress.lastHeardMs < leader.timings.electionMs
  )
}

/** Whether a change to the voters `wanted` is over. */
export const hasReached = (configuration: Configuration, wanted: readonly NodeId[]): boolean =>
  !isJoint(configuration) && configuration.learners.length === 0 && sameMembers(configuration.voters, wanted)

/**
 * The next configuration, or null while there is nothing to do or something to wait for: the present one must be
 * committed, and an entry of this term too, or a former leader's change might still be on its way.
 */
export const nextConfiguration = (leader: LeaderState, nowMs: number): Configuration | null => {
  const { log, commitIndex, term, transfer, votersWanted } = leader
  const { index, configuration } = placedConfiguration(leader)
  if (index > commitIndex || log.termAt(commitIndex) !== term || transfer !== null) return null
  if (isJoint(configuration)) return leaveJoint(configuration)
  if (votersWanted === null) return null
  const newcomers = votersWanted.filter((node) => !configuration.voters.includes(node))
  if (!sameMembers(configuration.learners, newcomers)) return { ...configuration, learners: newcomers }
  if (sameMembers(configuration.voters, votersWanted)) return null
  return newcomers.every((learner) => hasCaughtUp(leader, learner, nowMs))
    ? enterJoint(configuration, votersWanted)
    : null
}
