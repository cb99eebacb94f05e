/** What a backup says of itself. */
import { type Static, Type } from 'typebox'
import { MeshVersionSchema } from '../versions/index.ts'
import { NameSchema, NodeIdSchema } from '../wire/index.ts'

const CountSchema = Type.Integer({ minimum: 0, maximum: 2 ** 48 })

export const MANIFEST = {
  /** 16 hexadecimal digits. */
  mesh: Type.String({ pattern: '^[0-9a-f]{16}$' }),
  meshName: NameSchema,
  node: NodeIdSchema,
  nodeName: NameSchema,
  /** Wall clock of that node. */
  atMs: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  /** Of the program that made it. */
  program: Type.String({ maxLength: 64 }),
  /** Of the store that its records were written by. */
  format: Type.Integer({ minimum: 1, maximum: 9_999 }),
  meshVersion: MeshVersionSchema,
  /** The number of the log's generation, and the last decision in it that is here. */
  generation: CountSchema,
  index: CountSchema,
  /** Whether a majority said that no decision was missing. */
  upToDate: Type.Boolean(),
  /** Whether the root's key is in it, and whether the node issues certificates. */
  rootKey: Type.Boolean(),
  issuer: Type.Boolean(),
  nodes: CountSchema,
  services: CountSchema,
  users: CountSchema,
  tokens: CountSchema,
}

export const ManifestSchema = Type.Object(MANIFEST)
export type BackupManifest = Static<typeof ManifestSchema>
