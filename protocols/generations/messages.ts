import { type Static, Type } from 'typebox'
import { defineMessage } from '../wire/index.ts'
import { GENERATIONS_MAX, GenerationRecordSchema } from './record.ts'

const CountSchema = Type.Integer({ minimum: 0, maximum: 2 ** 48 })

/**
 * `PROTOCOLS.generation`, question and answer alike: in which generation a member is, by its records, how far its log goes,
 * and whether it hears a leader.
 */
export const StandingSchema = Type.Object({
  /** Oldest first; none in the first generation. */
  records: Type.Array(GenerationRecordSchema, { maxItems: GENERATIONS_MAX }),
  lastIndex: CountSchema,
  lastTerm: CountSchema,
  commitIndex: CountSchema,
  hasLeader: Type.Boolean(),
})
export type Standing = Static<typeof StandingSchema>

/** A chain of records as it is kept on disk. */
export const chainCodec = defineMessage(
  'generations',
  Type.Array(GenerationRecordSchema, { maxItems: GENERATIONS_MAX }),
)

export const standingCodec = defineMessage('standing', StandingSchema)

/** Whether the log of `one` goes further than that of `other`, in Raft's order (thesis 3.6.1). */
export const knowsMore = (
  one: Pick<Standing, 'lastIndex' | 'lastTerm'>,
  other: Pick<Standing, 'lastIndex' | 'lastTerm'>,
): boolean =>
  one.lastTerm === other.lastTerm ? one.lastIndex > other.lastIndex : one.lastTerm > other.lastTerm
