/** A revision as people look at it: who wrote it, and what it says. */
import { type Static, Type } from 'typebox'
import { RevisionIdSchema } from '../../decisions/index.ts'
import { ServiceSpecSchema } from '../../spec/index.ts'
import { Closed, Nullable } from './closed.ts'
import { PendingRevisionSchema } from './pending.ts'

const { author, name, writtenAtMs } = PendingRevisionSchema.properties

export const WrittenRevisionSchema = Closed({
  revision: RevisionIdSchema,
  /** Null until its bytes have arrived at the node that answers. */
  written: Nullable(
    Closed({
      action: Type.Union([Type.Literal('apply'), Type.Literal('remove')]),
      author,
      name,
      /** The door by which it came in. */
      via: Type.String(),
      writtenAtMs,
    }),
  ),
  /** Null for a removal, and where the bytes have not arrived. */
  spec: Nullable(ServiceSpecSchema),
})

export type WrittenRevision = Static<typeof WrittenRevisionSchema>
