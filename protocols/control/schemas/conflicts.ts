/** Edits that were made at the same time as the head and lost, until somebody settles them. */
import { type Static, Type } from 'typebox'
import { ObjectKeySchema, RevisionIdSchema } from '../../decisions/index.ts'
import { Closed, Nullable } from './closed.ts'
import { FieldChangeSchema } from './plan.ts'
import { ifHead, via } from './writing.ts'
import { WrittenRevisionSchema } from './written-revision.ts'

const { spec, ...side } = WrittenRevisionSchema.properties

const fields = {
  /** What the one that lost says other than the head; null while one of them has not arrived. */
  fields: Nullable(Type.Array(FieldChangeSchema)),
}

export const ConflictSchema = Closed({
  object: ObjectKeySchema,
  head: Closed(side),
  lost: Closed(side),
  ...fields,
})

export const ConflictsSchema = Closed({ conflicts: Type.Array(ConflictSchema) })

export const ConflictDetailSchema = Closed({
  object: ObjectKeySchema,
  head: Closed({ ...side, spec }),
  lost: Closed({ ...side, spec }),
  ...fields,
})

/** The revision that lost. */
export const ConflictParamsSchema = Closed({ revision: RevisionIdSchema })

export const SettleRequestSchema = Closed({ ifHead, via })

export type Conflict = Static<typeof ConflictSchema>
export type Conflicts = Static<typeof ConflictsSchema>
export type ConflictDetail = Static<typeof ConflictDetailSchema>
export type SettleRequest = Static<typeof SettleRequestSchema>
