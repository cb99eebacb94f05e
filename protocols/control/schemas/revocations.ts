/** Nodes that are shut out of the mesh. */
import { type Static, Type } from 'typebox'
import { REASON_LENGTH_MAX } from '../../revocations/index.ts'
import { NameSchema, NodeIdSchema } from '../../wire/index.ts'
import { Closed, Nullable } from './closed.ts'

/** A node by its name or its id. */
export const NodeParamsSchema = Closed({ node: Type.Union([NameSchema, NodeIdSchema]) })

export const RevokeRequestSchema = Closed({
  /** For those who read of it later. */
  reason: Type.Optional(Type.String({ maxLength: REASON_LENGTH_MAX })),
})

export const RevokedNodeSchema = Closed({
  id: NodeIdSchema,
  name: NameSchema,
  /** `pending`: it is cut off wherever that is heard, and its removal waits for a majority. */
  state: Type.Union([Type.Literal('done'), Type.Literal('pending')]),
})

export const RevocationSchema = Closed({
  id: NodeIdSchema,
  /** As it was called. */
  name: NameSchema,
  reason: Type.String(),
  /** By the clock of whoever signed. */
  atMs: Type.Integer(),
  /** The issuer that signed; null where the root's key did. */
  by: Nullable(Closed({ id: NodeIdSchema, name: Nullable(NameSchema) })),
  /** `void`: it does not count, since who signed was revoked itself, or may not revoke that node. */
  state: Type.Union([Type.Literal('done'), Type.Literal('pending'), Type.Literal('void')]),
})

export const RevocationsSchema = Closed({ revocations: Type.Array(RevocationSchema) })

export type RevokeRequest = Static<typeof RevokeRequestSchema>
export type RevokedNode = Static<typeof RevokedNodeSchema>
export type Revocations = Static<typeof RevocationsSchema>
