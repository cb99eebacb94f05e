/**
 * What the log may say. Each decision is idempotent by its content or carries what must still hold when it is
 * applied, so a proposal that is repeated after a lost reply does no harm.
 */
import { type Static, Type } from 'typebox'
import type { GenerationRecord } from '../generations/index.ts'
import {
  type Account,
  AccountAddedSchema,
  AccountChangedSchema,
  type AccountId,
  AccountRemovedSchema,
} from './accounts.ts'
import { type CredentialId, CredentialRevokedSchema, type Revocation } from './credentials.ts'
import { type ScheduleFire, ScheduleFiredSchema } from './fires.ts'
import { GenerationBeganSchema } from './generations.ts'
import { IssuerGrantedSchema, IssuerRevokedSchema } from './issuers.ts'
import { MeshFoundedSchema, type MeshName, MeshVersionRaisedSchema } from './mesh.ts'
import type { ObjectKey } from './names.ts'
import { type AdmittedNode, NodeAdmittedSchema, NodeDrainedSchema, NodeRemovedSchema } from './nodes.ts'
import { PeriodArchivedSchema, type ProjectPeriods } from './periods.ts'
import { type Objects, RevisionAcceptedSchema, RevisionsTrimmedSchema } from './revisions.ts'
import { type RunId, RunSettledSchema, type SettledRun } from './runs.ts'
import { type Assignment, TaskAssignedSchema, type TaskId, TaskReleasedSchema } from './tasks.ts'
import { TokenCreatedSchema, type TokenHash, TokenRevokedSchema, type TokenRow } from './tokens.ts'
import { type Update, UpdateProgressedSchema, UpdateSteeredSchema } from './updates.ts'
import { type VolumePlacement, VolumePrimaryNamedSchema, VolumeReplicasSetSchema } from './volumes.ts'

export const DecisionSchema = Type.Union([
  MeshFoundedSchema,
  NodeAdmittedSchema,
  NodeDrainedSchema,
  NodeRemovedSchema,
  RevisionAcceptedSchema,
  RevisionsTrimmedSchema,
  TaskAssignedSchema,
  TaskReleasedSchema,
  MeshVersionRaisedSchema,
  UpdateProgressedSchema,
  RunSettledSchema,
  VolumePrimaryNamedSchema,
  VolumeReplicasSetSchema,
  ScheduleFiredSchema,
  TokenCreatedSchema,
  TokenRevokedSchema,
  CredentialRevokedSchema,
  GenerationBeganSchema,
  PeriodArchivedSchema,
  IssuerGrantedSchema,
  IssuerRevokedSchema,
  AccountAddedSchema,
  AccountChangedSchema,
  AccountRemovedSchema,
  UpdateSteeredSchema,
])

export type Decision = Static<typeof DecisionSchema>
export type DecisionOf<Kind extends Decision['type']> = Extract<Decision, { type: Kind }>

/** What the log amounts to, up to `appliedIndex`. Read only; the same on every node at the same index. */
export interface DecisionView {
  readonly mesh: MeshName | null
  /** Entries that need a greater one are not proposed. */
  readonly meshVersion: number
  readonly nodes: ReadonlyMap<string, AdmittedNode>
  readonly removedNodes: ReadonlySet<string>
  /** The edge nodes, of the members and of those that were removed. */
  readonly edges: ReadonlySet<string>
  /** The certificate of the mesh's root, in DER; null where it has none. */
  readonly root: Uint8Array | null
  /** The intermediates of those who issue certificates, in DER. */
  readonly issuers: ReadonlyMap<string, Uint8Array>
  readonly objects: Objects
  /** The objects that keep more than is wanted of them for good: some of it may be trimmed, or could be in time. */
  readonly aging: ReadonlySet<ObjectKey>
  readonly tasks: ReadonlyMap<TaskId, Assignment>
  /** The tasks of one node, and of one object: what would else be sought among all. */
  tasksOn(node: string): Iterable<Assignment>
  taskCountOn(node: string): number
  tasksOf(object: ObjectKey): Iterable<Assignment>
  readonly updates: ReadonlyMap<ObjectKey, Update>
  readonly runs: ReadonlyMap<RunId, SettledRun>
  readonly volumes: ReadonlyMap<ObjectKey, VolumePlacement>
  readonly fires: ReadonlyMap<ObjectKey, ScheduleFire>
  readonly tokens: ReadonlyMap<TokenHash, TokenRow>
  /** The greatest time that a leader wrote into an entry about tokens. */
  readonly tokensAsOfMs: number
  readonly revocations: ReadonlyMap<CredentialId, Revocation>
  /** The greatest time that a leader wrote into an entry about revocations. */
  readonly credentialsAsOfMs: number
  readonly accounts: ReadonlyMap<AccountId, Account>
  /** The fencing token of the last removal of an account; 0 where there was none. */
  readonly accountRemovedAt: number
  /** By project, where any period of its task records is over. */
  readonly periods: ReadonlyMap<string, ProjectPeriods>
  /** The records of all generations after the first, oldest first; the last one is the present one. */
  readonly generations: readonly GenerationRecord[]
  /** The fencing token of what stands at `index`, in the present generation. */
  tokenAt(index: number): number
  readonly appliedIndex: number
}
