/**
 * What a daemon's API says: its routes, the schemas of all that crosses it, and the document made from them.
 * HTTP itself is not known here. The settings have a face of their own, `settings/index.ts`.
 */

export type { UserRole } from '../decisions/index.ts'
export type {
  AskedMesh,
  AskingPerson,
  Daemon,
  DaemonModule,
  DaemonOptions,
  DaemonReady,
  Ended,
} from './daemon-options.ts'
export type {
  Discovered,
  DiscoverModule,
  DiscoverRequest,
  FoundPlace,
  MethodFindings,
} from './discover-module.ts'
export type { DoctorModule, DoctorModuleRequest } from './doctor-module.ts'
export * from './limits.ts'
export { type OpenApiDocument, type OpenApiOperation, openApiDocument } from './open-api.ts'
export { DEFAULT_PORTS } from './ports.ts'
export type { HardwareProfile, ProfiledNode, ProfileModule, ProfileRequest } from './profile-module.ts'
export {
  type Fault,
  LEADER,
  type RehearsalModule,
  type RehearsalOptions,
} from './rehearsal-options.ts'
export type { OpenBackupRequest, RestoreModule, RestoreRequest } from './restore-module.ts'
export {
  type Access,
  defineRoute,
  MEDIA_TYPES,
  type Method,
  methodOf,
  type RequestOf,
  type ResponseOf,
  type Route,
} from './route.ts'
export { COMMON_ERRORS, ROUTES, type RouteKey, type Routes } from './routes.ts'
export * from './schemas/apply.ts'
export * from './schemas/backup.ts'
export * from './schemas/certificates.ts'
export { Closed, NothingSchema, Nullable } from './schemas/closed.ts'
export * from './schemas/cluster.ts'
export * from './schemas/config.ts'
export * from './schemas/conflicts.ts'
export * from './schemas/doctor.ts'
export * from './schemas/error.ts'
export * from './schemas/events.ts'
export * from './schemas/exec.ts'
export * from './schemas/health.ts'
export * from './schemas/leave.ts'
export * from './schemas/logs.ts'
export * from './schemas/node.ts'
export * from './schemas/node-logs.ts'
export * from './schemas/open-lan.ts'
export * from './schemas/pending.ts'
export * from './schemas/plan.ts'
export * from './schemas/published-ports.ts'
export * from './schemas/quorum.ts'
export * from './schemas/records.ts'
export * from './schemas/registries.ts'
export * from './schemas/rehearsal.ts'
export * from './schemas/revocations.ts'
export * from './schemas/rotation.ts'
export * from './schemas/service-detail.ts'
export * from './schemas/services.ts'
export * from './schemas/status.ts'
export * from './schemas/tasks.ts'
export {
  type CreatedToken,
  type JoinTokenRow,
  type JoinTokens,
  TOKEN_TTL_MS_MAX,
  type TokenRequest,
} from './schemas/tokens.ts'
export * from './schemas/updates.ts'
export * from './schemas/usage.ts'
export * from './schemas/users.ts'
export * from './schemas/voters.ts'
export { type WrittenRevision, WrittenRevisionSchema } from './schemas/written-revision.ts'
export { VERSION } from './version.ts'
