import type { CreateChecker } from '../observation.ts'

/**
 * Who has nothing on disk may have forgotten a vote, and grants none. A member that comes back on a blank disk would
 * otherwise count twice: for what it said before, and against it.
 */
export const createBlankStoresGrantNoVote: CreateChecker = (world) => ({
  name: 'blank-stores-grant-no-vote',
  judge: (observation) => {
    if (observation.type !== 'sent') return null
    const { node, to, message } = observation
    if (message.type !== 'preVoteReply' && message.type !== 'voteReply') return null
    const { entries, snapshot } = world.durableOf(node)
    return message.granted && entries.length === 0 && snapshot === null
      ? `${node} grants ${to} a ${message.type} in term ${message.term}, and has no log`
      : null
  },
})
