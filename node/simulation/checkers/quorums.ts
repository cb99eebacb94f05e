/** Majorities counted apart from the code that is judged. A voter is a node with the store that is named for it. */
import type { Configuration, LogEntry, StoreId } from '../../../protocols/consensus/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import { configurationsOn } from '../log-entries.ts'
import type { World } from '../observation.ts'
import type { Durable } from '../store/index.ts'

const NOBODY: Configuration = { voters: [], votersOutgoing: [], learners: [] }

/** Whether a voter is one of those asked about, with that store; with any, where none is named for it. */
export type Counts = (voter: NodeId, store: StoreId | null) => boolean

const isMajority = (voters: readonly NodeId[], stores: Configuration['stores'], counts: Counts): boolean =>
  2 * voters.filter((voter) => counts(voter, stores?.[voter] ?? null)).length > voters.length

/** Whether those who count can decide: in a joint change, for both sets of voters. */
export const isQuorum = (configuration: Configuration, counts: Counts): boolean => {
  const { voters, stores, votersOutgoing, storesOutgoing } = configuration
  if (!isMajority(voters, stores, counts)) return false
  return votersOutgoing.length === 0 || isMajority(votersOutgoing, storesOutgoing, counts)
}

/** Counts who has it on disk. What a store had when it was lost it had promised to its leader, who may count it later. */
export const whoHas =
  (world: World, has: (durable: Durable) => boolean): Counts =>
  (voter, store) =>
    world.storesOf(voter).some((durable) => (store ?? durable.stamp.id) === durable.stamp.id && has(durable))

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
