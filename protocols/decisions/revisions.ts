/** What is said of revisions, and what becomes of an object by it. */
import { type Static, Type } from 'typebox'
import { HlcSchema, ObjectKeySchema, RevisionIdSchema, WrittenSchema } from './names.ts'

/** Revisions in one trimming: some 20 KiB, so that many fit into one append. */
export const TRIMMED_MAX = 128

export const RevisionAcceptedSchema = Type.Object({
  type: Type.Literal('revisionAccepted'),
  revision: RevisionIdSchema,
  object: ObjectKeySchema,
  parents: Type.Array(RevisionIdSchema, { maxItems: 8 }),
  /** Clamped by the leader to its own clock + 500 ms. */
  hlc: HlcSchema,
  /** True where the revision says that the object is gone. */
  removed: Type.Boolean(),
  /** True where it leaves the head as it is and only settles conflicts. */
  keeps: Type.Optional(Type.Boolean()),
  /** The head that the author saw and insists on; absent where concurrent edits are welcome. */
  ifHead: Type.Optional(Type.Union([RevisionIdSchema, Type.Null()])),
  /** Absent in entries of versions that did not trim. */
  written: Type.Optional(WrittenSchema),
})

/** Old revisions are no more, on any node and for ever. */
export const RevisionsTrimmedSchema = Type.Object({
  type: Type.Literal('revisionsTrimmed'),
  object: ObjectKeySchema,
  revisions: Type.Array(Type.Object({ revision: RevisionIdSchema, written: WrittenSchema }), {
    minItems: 1,
    maxItems: TRIMMED_MAX,
  }),
})

const RevisionsSchema = Type.Array(RevisionIdSchema)

/** One object of the catalogue, as far as it was accepted. */
export const AcceptedObjectSchema = Type.Object({
  object: ObjectKeySchema,
  head: RevisionIdSchema,
  hlc: HlcSchema,
  removed: Type.Boolean(),
  /** Heads that were concurrent with the present one and lost; a person may revert to them. */
  conflicts: RevisionsSchema,
  /** The last heads, newest first, the present one included. */
  history: RevisionsSchema,
  /** What else was accepted and is not trimmed yet. */
  past: RevisionsSchema,
  /** By author the clock of its last trimmed revision: what it wrote up to there and is not kept above, is gone. */
  trimmed: Type.Array(WrittenSchema),
})

type Frozen<Row> = {
  readonly [Key in keyof Row]: Row[Key] extends readonly (infer Item)[] ? readonly Item[] : Row[Key]
}

export type RevisionAccepted = Static<typeof RevisionAcceptedSchema>
export type RevisionsTrimmed = Static<typeof RevisionsTrimmedSchema>
export type AcceptedObject = Frozen<Static<typeof AcceptedObjectSchema>>
/** One empty list for all: nearly every object has three of them. */
export const NOTHING: readonly never[] = []

/** Objects by their key. */
export type Objects = ReadonlyMap<string, AcceptedObject>

/** Where the objects of the present log are found, for another log may take its place. */
export interface ObjectTable {
  readonly all: Objects
}
