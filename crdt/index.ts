/**
 * Intent as data that merges: revisions, the catalogue that holds them, registers, and how two nodes find what
 * differs. Knows neither network nor disk nor clock; hashing, signing and verifying are given in.
 */
export { BUCKETS, type BucketIndex, differingBuckets } from './bucket-index.ts'
export { type Catalogue, type CatalogueInit, openCatalogue } from './catalogue.ts'
export type { InspectedUpdate } from './catalogue-update.ts'
export { CONFLICTS_MAX, type Conflict, conflictLedger, isCrowdedOut } from './conflict-ledger.ts'
export { compareHlc, HLC_AHEAD_MAX_MS, HLC_ZERO, receiveHlc, tickHlc } from './hlc.ts'
export { UPDATE_BYTES_MAX } from './map-update.ts'
export {
  createRegister,
  parseRegister,
  REGISTER_VALUE_BYTES_MAX,
  type Register,
  type RegisterContent,
  registerClaim,
  registerName,
} from './register.ts'
export { createRegisterSet, type RegisterSet } from './register-set.ts'
export {
  acceptanceOf,
  bodyVersion,
  createRevision,
  laterFields,
  PARENTS_MAX,
  parseRevision,
  type Revision,
  type RevisionBody,
  type RevisionContent,
  readRevision,
  revisionClaim,
  writtenOf,
} from './revision.ts'
export type { Claim, Hash, Sign, Verify } from './signed.ts'
export type { IntentIndex } from './stored-index.ts'
export {
  compareAnswerCodec,
  fetchAnswerCodec,
  groupRecords,
  listAnswerCodec,
  SYNC_GOSSIP_BYTES_MAX,
  SYNC_NAMES_MAX,
  SYNC_RECORDS_BYTES_MAX,
  type SyncHint,
  type SyncKind,
  type SyncRequest,
  syncHintCodec,
  syncRequestCodec,
} from './sync-messages.ts'
export { REMOVED_KEPT_MS, trimmableRevisions } from './trimmable.ts'
export { createUnaccepted, pendingRevisions, refusedRevisions } from './unaccepted.ts'
