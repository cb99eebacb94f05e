/** Majorities counted apart from the code that is judged. */
import type { Configuration, LogEntry } from '../../../protocols/consensus/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import { configurationsOn } from '../log-entries.ts'
import type { World } from '../observation.ts'

const NOBODY: Configuration = { voters: [], votersOutgoing: [], learners: [] }

const isMajority = (voters: readonly NodeId[], those: ReadonlySet<NodeId>): boolean =>
  2 * voters.filter((voter) => those.has(voter)).length > voters.length

/** Whether those can decide: in a joint change, for both sets of voters. */
export const isQuorum = ({ voters, votersOutgoing }: Configuration, those: ReadonlySet<NodeId>): boolean =>
  isMajority(voters, those) && (votersOutgoing.length === 0 || isMajority(votersOutgoing, those))

/** The newest on the node's disk. */
export const newestConfiguration = (world: World, node: NodeId): Configuration =>
  configurationsOn(world.durableOf(node)).at(-1)?.configuration ?? NOBODY

/**
 * Configurations under which `entry` may have been committed: the last one up to it in that node's log, and those
 * after it, for a leader counts by the newest that it has.
 */
export const configurationsFor = (world: World, node: NodeId, entry: LogEntry): Configuration[] => {
  const all = configurationsOn(world.durableOf(node))
  const before = all.findLastIndex(({ index }) => index <= entry.index)
  return all.slice(Math.max(0, before)).map(({ configuration }) => configuration)
}
