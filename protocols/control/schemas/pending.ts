import { type Static, Type } from 'typebox'
import { ObjectKeySchema, RevisionIdSchema } from '../../decisions/index.ts'
import { NameSchema, NodeIdSchema } from '../../wire/index.ts'
import { Closed } from './closed.ts'

export const PendingRevisionSchema = Closed({
  object: ObjectKeySchema,
  revision: RevisionIdSchema,
  /** What it would do; `keep` settles a conflict in favour of the head. */
  action: Type.Union([Type.Literal('apply'), Type.Literal('remove'), Type.Literal('keep')]),
  /** The node on which it was written. */
  author: NodeIdSchema,
  /** Name of that node. */
  name: NameSchema,
  /** The door by which it came in. */
  via: Type.String(),
  /** Wall clock of the author. */
  writtenAtMs: Type.Integer({ minimum: 0 }),
})

export const PendingSchema = Closed({
  /** Revisions that are not accepted yet and still may be, oldest first. */
  pending: Type.Array(PendingRevisionSchema),
  /** Those of edge nodes, which never are, until they are trimmed. */
  refused: Type.Array(PendingRevisionSchema),
})

export type PendingRevision = Static<typeof PendingRevisionSchema>
export type Pending = Static<typeof PendingSchema>
