/**
 * Who votes, as it stands in the log, and the steps between two sets of voters.
 *
 * Written as CBOR: `{voters, votersOutgoing, learners}`. Every step keeps a majority in common with the one before:
 * learners do not count, and the joint configuration needs both majorities (thesis 4.3).
 */
import { Type } from 'typebox'
import { isCoterieError } from '../errors/index.ts'
import { defineMessage, type MessageCodec, type NodeId, NodeIdSchema } from '../wire/index.ts'
import { LEARNERS_MAX, VOTERS_MAX } from './limits.ts'
import type { Configuration, LogEntry } from './types.ts'

export const ConfigurationSchema = Type.Object({
  voters: Type.Array(NodeIdSchema, { minItems: 1, maxItems: VOTERS_MAX, uniqueItems: true }),
  votersOutgoing: Type.Array(NodeIdSchema, { maxItems: VOTERS_MAX, uniqueItems: true }),
  learners: Type.Array(NodeIdSchema, { maxItems: LEARNERS_MAX, uniqueItems: true }),
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

/** The configurations among `entries`, or null where one of them cannot be read. */
export const configurationsIn = (entries: readonly LogEntry[]): readonly PlacedConfiguration[] | null => {
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

/** Whether a mesh may have these voters: an even number tolerates no more failures than one less. */
export const isVoterSet = (voters: readonly NodeId[]): boolean =>
  [1, 3, VOTERS_MAX].includes(voters.length) && new Set(voters).size === voters.length

export const sameMembers = (some: readonly NodeId[], others: readonly NodeId[]): boolean =>
  some.length === others.length && some.every((node) => others.includes(node))

/** The joint configuration between the present voters and `voters`, all of whom are voters or learners now. */
export const enterJoint = (present: Configuration, voters: readonly NodeId[]): Configuration => ({
  voters,
  votersOutgoing: present.voters,
  learners: present.learners.filter((node) => !voters.includes(node)),
})

/** What follows a joint configuration once it is committed; whoever is in neither set is left behind. */
export const leaveJoint = ({ voters, learners }: Configuration): Configuration => ({
  voters,
  votersOutgoing: [],
  learners,
})
