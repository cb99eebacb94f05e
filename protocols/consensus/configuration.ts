/**
 * Who votes, as it stands in the log, and the steps between two sets of voters.
 *
 * Written as CBOR: `{voters, stores, votersOutgoing, storesOutgoing, learners}`. Every step keeps a majority in common with
 * the one before: learners do not count, and the joint configuration needs both majorities (thesis 4.3). A voter is a node
 * with the store that is named for it: the same node with another store is another voter.
 */
import { Type } from 'typebox'
import { isCoterieError } from '../errors/index.ts'
import { defineMessage, type MessageCodec, type NodeId, NodeIdSchema } from '../wire/index.ts'
import { LEARNERS_MAX, VOTERS_MAX } from './limits.ts'
import type { Configuration, LogEntry, StoreId } from './types.ts'

/** 128 random bits, in hex. */
export const StoreIdSchema = Type.String({ pattern: '^[0-9a-f]{32}$' })

const StoreNamesSchema = Type.Record(NodeIdSchema, StoreIdSchema, {
  maxProperties: VOTERS_MAX,
  // Else a key that is no node id could hold anything.
  additionalProperties: false,
})

/**
 * Nodes, each of them once. Not by `uniqueItems`: a schema's errors are sought in all of a list, also in one that is
 * too long, and that search takes the square of what is repeated in it: two seconds for a hostile frame.
 */
const DistinctNodesSchema = (options: { readonly minItems?: number; readonly maxItems: number }) =>
  Type.Refine(
    Type.Array(NodeIdSchema, options),
    (nodes: unknown) => !Array.isArray(nodes) || new Set(nodes).size === nodes.length,
    () => 'must name each node once',
  )

export const ConfigurationSchema = Type.Object({
  voters: DistinctNodesSchema({ minItems: 1, maxItems: VOTERS_MAX }),
  stores: Type.Optional(StoreNamesSchema),
  votersOutgoing: DistinctNodesSchema({ maxItems: VOTERS_MAX }),
  storesOutgoing: Type.Optional(StoreNamesSchema),
  learners: DistinctNodesSchema({ maxItems: LEARNERS_MAX }),
})

/** How a configuration stands in the data of its entry. @throws `malformedMessage` on decode */
export const configurationCodec: MessageCodec<Configuration> = defineMessage(
  'configuration',
  ConfigurationSchema,
)

/** In no mesh yet: nobody votes, nobody is elected. */
export const NOBODY: Configuration = { voters: [], votersOutgoing: [], learners: [] }

/** A configuration and the index of the entry that holds it. */
export interface PlacedConfiguration {
  readonly index: number
  readonly configuration: Configuration
}

const NONE_PLACED: readonly PlacedConfiguration[] = []

/** The configurations among `entries`, or null where one of them cannot be read. */
export const configurationsIn = (entries: readonly LogEntry[]): readonly PlacedConfiguration[] | null => {
  if (!entries.some(({ kind }) => kind === 'configuration')) return NONE_PLACED
  try {
    return entries
      .filter((entry) => entry.kind === 'configuration')
      .map(({ index, data }) => ({ index, configuration: configurationCodec.decode(data) }))
  } catch (error) {
    if (isCoterieError(error, 'malformedMessage')) return null
    throw error
  }
}

export const isJoint = ({ votersOutgoing }: Configuration): boolean => votersOutgoing.length > 0

export const isVoter = ({ voters, votersOutgoing }: Configuration, node: NodeId): boolean =>
  voters.includes(node) || votersOutgoing.includes(node)

/** Everybody whom the leader sends the log to, itself included. */
export const replicasOf = ({ voters, votersOutgoing, learners }: Configuration): ReadonlySet<NodeId> =>
  new Set([...voters, ...votersOutgoing, ...learners])

/** Whether `node` is one of them. */
export const isReplica = ({ voters, votersOutgoing, learners }: Configuration, node: NodeId): boolean =>
  voters.includes(node) || votersOutgoing.includes(node) || learners.includes(node)

/** Whether a mesh may have these voters: an even number tolerates no more failures than one less. */
export const isVoterSet = (voters: readonly NodeId[]): boolean =>
  [1, 3, VOTERS_MAX].includes(voters.length) && new Set(voters).size === voters.length

export const sameMembers = (some: readonly NodeId[], others: readonly NodeId[]): boolean =>
  some.length === others.length && some.every((node) => others.includes(node))

/** The stores of those `voters` that have one; nothing where none has. */
const named = (
  voters: readonly NodeId[],
  storeOf: (voter: NodeId) => StoreId | null,
): Pick<Configuration, 'stores'> => {
  const stores = voters.flatMap((voter) => {
    const store = storeOf(voter)
    return store === null ? [] : [[voter, store] as const]
  })
  return stores.length === 0 ? {} : { stores: Object.fromEntries(stores) }
}

/** `present` with the stores by `storeOf` for its voters. */
export const nameStores = (
  present: Configuration,
  storeOf: (voter: NodeId) => StoreId | null,
): Configuration => ({ ...present, ...named(present.voters, storeOf) })

/**
 * The joint configuration between the present voters and `voters`, all of whom are voters or learners now, with the
 * stores by `storeOf`.
 */
export const enterJoint = (
  present: Configuration,
  voters: readonly NodeId[],
  storeOf: (voter: NodeId) => StoreId | null = () => null,
): Configuration => ({
  voters,
  ...named(voters, storeOf),
  votersOutgoing: present.voters,
  ...(present.stores && { storesOutgoing: present.stores }),
  learners: present.learners.filter((node) => !voters.includes(node)),
})

/** Whether `node` decides alone. */
export const votesAlone = ({ voters, votersOutgoing }: Configuration, node: NodeId): boolean =>
  voters.length === 1 && voters[0] === node && votersOutgoing.length === 0

/** What follows a joint configuration once it is committed; whoever is in neither set is left behind. */
export const leaveJoint = ({ voters, stores, learners }: Configuration): Configuration => ({
  voters,
  ...(stores && { stores }),
  votersOutgoing: [],
  learners,
})

/**
 * Whether `node` is a voter with another store than `store`: what it says counts for nothing. Null: it has none that it
 * knows of, as its older versions.
 */
export const isStranger = (configuration: Configuration, node: NodeId, store: StoreId | null): boolean => {
  const { voters, stores, votersOutgoing, storesOutgoing } = configuration
  const [isIncoming, isOutgoing] = [voters.includes(node), votersOutgoing.includes(node)]
  if (isIncoming && (stores?.[node] ?? store) === store) return false
  if (isOutgoing && (storesOutgoing?.[node] ?? store) === store) return false
  return isIncoming || isOutgoing
}
