/** What every request that writes a revision may say. */
import { Type } from 'typebox'
import { RevisionIdSchema } from '../../decisions/index.ts'
import { Nullable } from './closed.ts'

export const ifHead = Type.Optional(
  Nullable(
    RevisionIdSchema,
    'The head that the change insists on, null for none; judged when it is accepted.',
  ),
)

export const seen = Type.Optional(
  Nullable(
    RevisionIdSchema,
    'The head that the person saw, null for none. Where another one is the head by now, the change is one of the same time: both are kept, and one of them is a conflict.',
  ),
)

/** The door by which it came in, as told with the revision; `api` when absent. */
export const via = Type.Optional(
  Type.Union([Type.Literal('cli'), Type.Literal('panel'), Type.Literal('api')]),
)
