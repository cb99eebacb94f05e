/** The daemon's local API (docs/design/api.md). */
export type {
  ApplyContext,
  BackupDesk,
  CertificateDesk,
  ConflictLedger,
  ControlComponents,
  ControlInit,
  Deployments,
  Doctor,
  EventLog,
  EventSource,
  KeptEvents,
  LogsOptions,
  Membership,
  MeshQueries,
  MetricsText,
  NodeLogs,
  OpenLanDesk,
  PortOwner,
  QuorumDesk,
  Readiness,
  RecordsDesk,
  RevocationDesk,
  RotationDesk,
  ServiceName,
  ServiceQueries,
  Tokens,
} from './components.ts'
export { type Control, createControl } from './control.ts'
export { createEventLog } from './event-log.ts'
export { checkDoors } from './listen.ts'
export type { UserDesk } from './user-desk.ts'
