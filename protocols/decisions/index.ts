/**
 * What a committed entry does. Who proposed it, and how it was agreed, is not known here.
 */
import { defineMessage } from '../wire/index.ts'
import { DecisionSchema } from './types.ts'

export {
  ACCOUNT_KEYS_MAX,
  type Account,
  type AccountId,
  AccountIdSchema,
  type AccountKey,
  HOME_ORGANISATION,
  isAdmin,
  LAST_ADMIN,
  type PasswordHash,
  type UserRole,
  UserRoleSchema,
} from './accounts.ts'
export { type CredentialId, REVOCATIONS_MAX, type Revocation } from './credentials.ts'
export { createDecisions } from './decisions.ts'
export type { ScheduleFire } from './fires.ts'
export { HISTORY_LENGTH_MAX } from './heads.ts'
export type { Trust } from './issuers.ts'
export {
  type Hlc,
  HlcSchema,
  MeshIdSchema,
  type ObjectKey,
  ObjectKeySchema,
  type Outcome,
  ReasonSchema,
  type RevisionId,
  RevisionIdSchema,
  SlotSchema,
  type Written,
  WrittenSchema,
} from './names.ts'
export type { AdmittedNode } from './nodes.ts'
export {
  ARCHIVE_BYTES_MAX,
  ARCHIVES_MAX,
  type Archive,
  isClosed,
  type ProjectPeriods,
} from './periods.ts'
export { type AcceptedObject, TRIMMED_MAX } from './revisions.ts'
export { type MemberRole, MemberRoleSchema } from './roles.ts'
export { type RunId, SETTLED_RUNS_MAX, type SettledRun } from './runs.ts'
export {
  type DecisionsSnapshot,
  restoreDecisions,
  restoreInSlices,
  snapshotDecisions,
  snapshotInSlices,
} from './snapshot.ts'
export { TaskIdSchema, taskIdOf } from './task-id.ts'
export type { Assignment, TaskId } from './tasks.ts'
export {
  CapabilitiesSchema,
  CidrSchema,
  CidrsSchema,
  judgeToken,
  LabelsSchema,
  TOKEN_LIMITS_MAX,
  TOKENS_MAX,
  type TokenHash,
  TokenHashSchema,
  type TokenRow,
  type TokenTerms,
  TokenUsesSchema,
  type TokenVerdict,
} from './tokens.ts'
export { isKept, isTrimmed } from './trimming.ts'
export * from './types.ts'
export {
  hasEnded,
  isBackward,
  targetIn,
  targetOf,
  type Update,
  type UpdateState,
  UpdateStateSchema,
} from './updates.ts'
export {
  ACCOUNTS_VERSION,
  KEEP_VERSION,
  mayBeProposed,
  RECORDS_VERSION,
  REVOCATIONS_VERSION,
  UPDATES_VERSION,
  versionNeeded,
} from './version-needed.ts'
export { VOLUME_REPLICAS_MAX, type VolumePlacement } from './volumes.ts'

/** How a decision stands in the data of a log entry. */
export const decisionCodec = defineMessage('decision', DecisionSchema)
