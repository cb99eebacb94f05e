/** What a set of specs would change, and where its tasks would go; nothing is written. */
import { type Static, Type } from 'typebox'
import { ObjectKeySchema, RevisionIdSchema } from '../../decisions/index.ts'
import { ServiceSpecSchema } from '../../spec/index.ts'
import { NameSchema } from '../../wire/index.ts'
import { SERVICES_MAX } from '../limits.ts'
import { Closed, Nullable } from './closed.ts'

export const PlanRequestSchema = Closed({
  project: NameSchema,
  /** All of this project. */
  specs: Type.Array(ServiceSpecSchema, { maxItems: SERVICES_MAX }),
  prune: Type.Optional(
    Type.Boolean({ description: 'Also remove services of the project that are not among the specs.' }),
  ),
})

/** One field that differs; null where it is absent. */
export const FieldChangeSchema = Closed({
  /** Path of the field in the spec, such as `environment.PORT`. */
  field: Type.String(),
  from: Nullable(Type.String()),
  to: Nullable(Type.String()),
})

export const PlannedChangeSchema = Closed({
  object: ObjectKeySchema,
  action: Type.Union([
    Type.Literal('create'),
    Type.Literal('update'),
    Type.Literal('unchanged'),
    Type.Literal('remove'),
  ]),
  /** The present head, to insist on with `ifHead`; null where there is none. */
  head: Nullable(RevisionIdSchema),
  fields: Type.Array(FieldChangeSchema),
  /** What the service reaches beyond its containers, such as `privileged` or `bind=/srv`: only nodes that allow it run it. */
  beyond: Type.Optional(Type.Array(Type.String())),
  /** In words, how its tasks are exchanged; absent where none are. */
  rollout: Type.Optional(Type.String()),
})

export const PlannedPlacementSchema = Closed({
  object: ObjectKeySchema,
  slot: Type.Integer({ minimum: 0 }),
  /** Name of the node; null where no node fits now. */
  node: Nullable(NameSchema),
  reason: Type.String(),
})

/** The image that a service would run: what was asked for, with the digest that it stands for now. */
export const PlannedImageSchema = Closed({
  object: ObjectKeySchema,
  image: Type.String(),
  /** Why it has no digest, or not the one that its registry has now; null where all is well. */
  note: Nullable(Type.String()),
})

export const PlanSchema = Closed({
  changes: Type.Array(PlannedChangeSchema),
  /** As this node sees the mesh now; the leader decides when it comes to it. */
  placements: Type.Array(PlannedPlacementSchema),
  /** To be applied as they stand here, or tags may have moved on meanwhile. Absent in versions that pin nothing. */
  images: Type.Optional(Type.Array(PlannedImageSchema)),
})

export type PlanRequest = Static<typeof PlanRequestSchema>
export type FieldChange = Static<typeof FieldChangeSchema>
export type PlannedChange = Static<typeof PlannedChangeSchema>
export type PlannedPlacement = Static<typeof PlannedPlacementSchema>
export type PlannedImage = Static<typeof PlannedImageSchema>
export type Plan = Static<typeof PlanSchema>
