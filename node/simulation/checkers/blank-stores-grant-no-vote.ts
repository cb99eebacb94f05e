import type { NodeId } from '../../../protocols/wire/index.ts'
import { configurationsOn } from '../log-entries.ts'
import type { CreateChecker, World } from '../observation.ts'

/** Why the store of that node must not vote; null where it may. */
const objectionTo = (world: World, node: NodeId): string | null => {
  const durable = world.durableOf(node)
  if (durable.entries.length === 0 && durable.snapshot === null) return 'has no log'
  const newest = configurationsOn(durable).at(-1)?.configuration
  const named = [newest?.stores?.[node], newest?.storesOutgoing?.[node]].filter((id) => id !== undefined)
  return named.length === 0 || named.includes(durable.stamp.id)
    ? null
    : 'is on a store that is not the one named for it'
}

/**
 * A voter on a blank disk, or on a copy of an old one, grants no vote before its store is named: it would count twice, for
 * what it said before and against it.
 */
export const createBlankStoresGrantNoVote: CreateChecker = (world) => ({
  name: 'blank-stores-grant-no-vote',
  sees: ['sent preVoteReply', 'sent voteReply'],
  judge: (observation) => {
    if (observation.type !== 'sent') return null
    const { node, to, message } = observation
    if ((message.type !== 'preVoteReply' && message.type !== 'voteReply') || !message.granted) return null
    const objection = objectionTo(world, node)
    return objection === null
      ? null
      : `${node} grants ${to} a ${message.type} in term ${message.term}, and ${objection}`
  },
})
