/** Writing down what is wanted: one revision for each change, on the node that is asked. */
import { type Static, Type } from 'typebox'
import { ObjectKeySchema, RevisionIdSchema } from '../../decisions/index.ts'
import { ServiceSpecSchema } from '../../spec/index.ts'
import { NameSchema } from '../../wire/index.ts'
import { SERVICES_MAX } from '../limits.ts'
import { Closed, Nullable } from './closed.ts'
import { ifHead, seen, via } from './writing.ts'

export const ApplyRequestSchema = Closed({
  project: NameSchema,
  /** Specs of this project. */
  changes: Type.Array(Closed({ spec: ServiceSpecSchema, ifHead, seen }), { maxItems: SERVICES_MAX }),
  /** Names of services of this project that shall be gone. */
  remove: Type.Array(Closed({ name: NameSchema, ifHead, seen }), { maxItems: SERVICES_MAX }),
  via,
})

export const AppliedRevisionSchema = Closed({
  object: ObjectKeySchema,
  /** The one that was written; the present head where it is unchanged. */
  revision: RevisionIdSchema,
  /** `pending`: written and spreading, not accepted yet. `refused`: never will be. `unchanged`: the head says the same. */
  state: Type.Union([
    Type.Literal('accepted'),
    Type.Literal('pending'),
    Type.Literal('refused'),
    Type.Literal('unchanged'),
  ]),
  /** Why it is pending or refused, or what to know of it though it is accepted. */
  reason: Nullable(Type.String()),
})

/** In the order of the request: changes, then removals. */
export const AppliedSchema = Closed({ revisions: Type.Array(AppliedRevisionSchema) })

export type ApplyRequest = Static<typeof ApplyRequestSchema>
export type AppliedRevision = Static<typeof AppliedRevisionSchema>
export type Applied = Static<typeof AppliedSchema>

/** True where something waits for a majority; the API then answers 202. */
export const isPending = ({ revisions }: Applied): boolean =>
  revisions.some(({ state }) => state === 'pending')
