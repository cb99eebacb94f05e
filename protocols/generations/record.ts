/**
 * A generation: one log of decisions with its voters. The next one begins where a person gives up the voters of the one
 * before, and a member signs that it goes on alone from a place in its log. See docs/design/recovery.md.
 */
import { type Static, Type } from 'typebox'
import { toString as asText } from 'uint8arrays'
import { BytesSchema, defineMessage, NodeIdSchema } from '../wire/index.ts'

/** The number of a mesh's first generation, which has no record. */
export const FIRST_GENERATION = 1

/** So many numbers as leave their fencing tokens safe integers (`token.ts`). */
export const GENERATION_NUMBER_MAX = 2 ** 13

/** Generations of one mesh: each is a disaster that somebody cured by hand. A whole chain of them fits one frame. */
export const GENERATIONS_MAX = 128

/** Survivors that a record names; those of a larger mesh are too many to tell a person anything. */
export const SURVIVORS_MAX = 100

/** Half of a sha256, in hex. */
const GenerationIdSchema = Type.String({ pattern: '^[0-9a-f]{32}$' })
const ID_BYTES = 16

export const GenerationSchema = Type.Object({
  number: Type.Integer({ minimum: FIRST_GENERATION + 1, maximum: GENERATION_NUMBER_MAX }),
  id: GenerationIdSchema,
})
/** What messages and disks carry. Absent, and null in memory, where it is the first one. */
export type Generation = Static<typeof GenerationSchema>

const CountSchema = Type.Integer({ minimum: 0, maximum: 2 ** 48 })

const CLAIM = {
  mesh: Type.String({ pattern: '^[0-9a-f]{16}$' }),
  number: GenerationSchema.properties.number,
  /** The generation that it follows; null for the first. */
  parent: Type.Union([GenerationSchema, Type.Null()]),
  /** Where somebody recovered: it signs, and votes alone at first. */
  by: NodeIdSchema,
  atMs: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  /** The last place of the parent's log that the new one holds. */
  from: Type.Object({ index: CountSchema, term: CountSchema }),
  /** Who was reached then, `by` first. */
  survivors: Type.Array(NodeIdSchema, { maxItems: SURVIVORS_MAX }),
}

export const GenerationRecordSchema = Type.Object({ ...CLAIM, signature: BytesSchema(64, 64) })
export type GenerationRecord = Static<typeof GenerationRecordSchema>
/** A record before it is signed. */
export type GenerationClaim = Omit<GenerationRecord, 'signature'>

const claimCodec = defineMessage(
  'generation',
  Type.Tuple([
    Type.Literal('coterie generation'),
    CLAIM.mesh,
    CLAIM.number,
    CLAIM.parent,
    CLAIM.by,
    CLAIM.atMs,
    CLAIM.from,
    CLAIM.survivors,
  ]),
)

/** The record without what a newer version adds to it, which nobody here has signed. */
export const plainRecord = (record: GenerationRecord): GenerationRecord => {
  const { mesh, number, parent, by, atMs, from, survivors, signature } = record
  return {
    mesh,
    number,
    parent: parent === null ? null : { number: parent.number, id: parent.id },
    by,
    atMs,
    from: { index: from.index, term: from.term },
    survivors,
    signature,
  }
}

/** What is signed, and hashed for the id: a list that begins with what it is, so that it is good for nothing else. */
export const generationMessage = ({
  mesh,
  number,
  parent,
  by,
  atMs,
  from: { index, term },
  survivors,
}: GenerationClaim): Uint8Array =>
  claimCodec.encode([
    'coterie generation',
    mesh,
    number,
    parent === null ? null : { number: parent.number, id: parent.id },
    by,
    atMs,
    { index, term },
    [...survivors],
  ])

/** The generation that a record begins. `hash` is sha256. */
export const generationOf = (
  claim: GenerationClaim,
  hash: (bytes: Uint8Array) => Uint8Array,
): Generation => ({
  number: claim.number,
  id: asText(hash(generationMessage(claim)).subarray(0, ID_BYTES), 'hex'),
})
