/**
 * How a snapshot is written. Format 1 is what the first version reads: the map without `since2`. Format 2 has it, and with it all
 * that came with the second mesh version, so that an older node refuses it instead of dropping what it does not know.
 */
import { type Static, Type } from 'typebox'
import { FIRST_VERSION, MeshVersionSchema } from '../versions/index.ts'
import { defineLongMessage, MEMBERS_MAX, NameSchema, NodeIdSchema } from '../wire/index.ts'
import { AccountsSchema } from './accounts.ts'
import { CredentialsSchema } from './credentials.ts'
import { FireRowSchema } from './fires.ts'
import { GenerationsSchema } from './generations.ts'
import { type Trust, TrustSchema } from './issuers.ts'
import { IndexSchema, MeshIdSchema, ReasonSchema, RevisionIdSchema, SlotSchema } from './names.ts'
import { AdmittedNodeSchema } from './nodes.ts'
import { ProjectPeriodsSchema } from './periods.ts'
import { type AcceptedObject, AcceptedObjectSchema } from './revisions.ts'
import { SettledRunSchema } from './runs.ts'
import type { Assignment } from './tasks.ts'
import { TokensSchema } from './tokens.ts'
import { UpdateSchema } from './updates.ts'
import { VolumePlacementSchema } from './volumes.ts'

/** A place in a list. */
const PlaceSchema = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

const Since2Schema = Type.Object({
  meshVersion: MeshVersionSchema,
  /** The edge nodes among the members. */
  edges: Type.Array(NodeIdSchema, { maxItems: MEMBERS_MAX }),
  /** Those among the removed nodes; absent where there are none. */
  removedEdges: Type.Optional(Type.Array(NodeIdSchema)),
  updates: Type.Array(UpdateSchema),
  runs: Type.Array(SettledRunSchema),
  volumes: Type.Array(VolumePlacementSchema),
  fires: Type.Array(FireRowSchema),
  credentials: CredentialsSchema,
  generations: GenerationsSchema,
  /** Absent where no period of task records is over yet. */
  periods: Type.Optional(Type.Array(ProjectPeriodsSchema)),
  /** Absent where there never was one. */
  accounts: Type.Optional(AccountsSchema),
})
export type Since2 = Static<typeof Since2Schema>

/** What a mesh of the first version amounts to, and a snapshot of format 1. */
export const NOTHING_SINCE_2: Since2 = {
  meshVersion: FIRST_VERSION,
  edges: [],
  updates: [],
  runs: [],
  volumes: [],
  fires: [],
  credentials: { asOfMs: 0, revocations: [] },
  generations: [],
}

/** Where nobody ever made a token. */
export const NO_TOKENS: Static<typeof TokensSchema> = { asOfMs: 0, rows: [] }

const SnapshotSchema = Type.Object({
  format: Type.Union([Type.Literal(1), Type.Literal(2)]),
  appliedIndex: IndexSchema,
  mesh: Type.Union([
    Type.Object({ mesh: MeshIdSchema, name: NameSchema, foundedAtMs: Type.Integer() }),
    Type.Null(),
  ]),
  nodes: Type.Array(AdmittedNodeSchema, { maxItems: MEMBERS_MAX }),
  removedNodes: Type.Array(NodeIdSchema),
  /** Absent where the mesh has no root. */
  trust: Type.Optional(TrustSchema),
  /** Absent where nobody ever made one. */
  tokens: Type.Optional(TokensSchema),
  objects: Type.Array(AcceptedObjectSchema),
  /** What tasks name, each once. */
  revisions: Type.Array(RevisionIdSchema),
  holders: Type.Array(NodeIdSchema),
  reasons: Type.Array(ReasonSchema),
  tasks: Type.Array(
    Type.Tuple([PlaceSchema, SlotSchema, PlaceSchema, PlaceSchema, IndexSchema, PlaceSchema]),
  ),
  since2: Type.Optional(Since2Schema),
})
export type WrittenSnapshot = Static<typeof SnapshotSchema>

/** What a snapshot holds, as the state machine takes it. */
export interface DecisionsSnapshot
  extends Pick<WrittenSnapshot, 'appliedIndex' | 'mesh' | 'nodes' | 'removedNodes'>,
    Since2 {
  readonly tokens: Static<typeof TokensSchema>
  /** Null where the mesh has no root. */
  readonly trust: Trust | null
  readonly objects: readonly AcceptedObject[]
  readonly tasks: readonly Assignment[]
}

export const snapshotCodec = defineLongMessage('decisions', SnapshotSchema)
