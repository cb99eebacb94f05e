/** What the API needs of the daemon around it: narrow interfaces, satisfied by the composition root. */
import type {
  Applied,
  ApplyRequest,
  AskingNode,
  BackupPart,
  Cluster,
  ConflictDetail,
  Conflicts,
  CreatedToken,
  Diagnosis,
  DoctorRequest,
  EndedTaskList,
  Event,
  ExecInputRequest,
  ExecRequestBody,
  Explanation,
  Happening,
  Health,
  Issuer,
  Issuers,
  JoinTokenRow,
  JoinTokens,
  Leave,
  LeaveRequest,
  LogLine,
  Lost,
  NodeLogLine,
  NodeLogNote,
  NodeLogsQuery,
  Nodes,
  OpenLanRequest,
  OpenLanState,
  OpenRootRequest,
  Pending,
  Plan,
  PlanRequest,
  Projects,
  PublishedPorts,
  Quorum,
  Recovered,
  RecoverRequest,
  Registries,
  RegistryGiven,
  RegistryLoginRequest,
  RegistryTaken,
  Revocations,
  RevokedNode,
  RevokeRequest,
  Root,
  Rotated,
  RotationPlan,
  SealedRoot,
  ServiceDetail,
  Services,
  ServiceUrl,
  SettleRequest,
  Status,
  SteeredUpdate,
  SteerUpdateRequest,
  Tasks,
  TokenRequest,
  Usages,
  Voters,
} from '../../protocols/control/index.ts'
import type { ResolvedSettings } from '../../protocols/control/settings/index.ts'
import type { HttpsIdentity } from '../http/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { UserDesk } from './user-desk.ts'

/** The mesh as this node sees it now. */
export interface MeshQueries {
  node(): Health['node']
  status(): Promise<Status>
  cluster(): Promise<Cluster>
  nodes(): Nodes
  voters(): Voters
}

/** Whether this node may be sent work. */
export interface Readiness {
  /** @throws `notReady` with every reason */
  check(): void
}

/** What is counted on this node. */
export interface MetricsText {
  /** In Prometheus's text format. */
  text(): Promise<string>
}

export interface KeptEvents {
  readonly events: readonly Event[]
  /** True where events before the first of these, and after what was asked for, are lost. */
  readonly gap: boolean
}

/** What happened and what happens. */
export interface EventSource {
  /** The kept events with a greater sequence; all kept ones for null. */
  since(sequence: number | null): KeptEvents
  /** Returns the function that ends the subscription. */
  subscribe(listener: (event: Event) => void): () => void
}

/** An `EventSource` that can be told. */
export interface EventLog extends EventSource {
  record(happening: Happening): void
}

export interface Membership {
  /**
   * Takes this node out of the mesh for good, and ends what runs here. The daemon may stop as soon as it resolves: answers under way are
   * still sent. @throws `noQuorum`, `notLeader`, `decisionRefused`
   */
  leave(request: LeaveRequest): Promise<Leave>
}

export interface ApplyContext {
  /** Ends the waiting, never what was written. */
  readonly signal: AbortSignal
}

/** What people want to run: looked at beforehand, written down, and waiting for its acceptance. */
export interface Deployments {
  /** By the same functions as the leader's, on this node's own view; writes nothing. */
  plan(request: PlanRequest): Plan | Promise<Plan>
  /**
   * Writes revisions on this node, all of them or none, and waits up to `ACCEPT_MS_MAX` for their acceptance.
   * What equals its head is not written. @throws `serviceUnknown` for a removal of what is not there, `headMoved` where `ifHead` is
   * not the head here, `revisionTooLarge`, `storeFailed`
   */
  apply(request: ApplyRequest, context: ApplyContext): Promise<Applied>
  pending(): Pending
  /** What a person says of an update. @throws `serviceUnknown`, `nothingUpdates`, `rollbackImpossible`, `decisionRefused`, `noQuorum` */
  steerUpdate(
    service: { readonly project: string; readonly name: string },
    request: SteerUpdateRequest,
  ): Promise<SteeredUpdate>
}

/** Edits that lost against a head of the same time, each named by the revision that lost. */
export interface ConflictLedger {
  conflicts(): Conflicts
  /** @throws `conflictUnknown`, `conflictSettled` */
  conflict(lost: string): ConflictDetail
  /**
   * Settles it by one more revision and waits for its acceptance as `apply` does; the same while it is pending is not written twice.
   * @throws `conflictUnknown`, `conflictSettled`, `headMoved`, `revisionMissing`, `storeFailed`
   */
  settle(
    lost: string,
    settlement: 'accept' | 'revert',
    request: SettleRequest,
    context: ApplyContext,
  ): Promise<Applied>
}

/** What is left where a majority of the voters is lost, and the way out. */
export interface QuorumDesk {
  /** Asks every member; takes some seconds where some are silent. */
  survey(): Promise<Quorum>
  /** @throws `quorumLives`, `recoverElsewhere`, `recoveryImpossible` */
  recover(request: RecoverRequest): Promise<Recovered>
  lost(): Promise<Lost>
}

/** The root of the mesh and its issuers. */
export interface CertificateDesk {
  root(): Promise<Root>
  /** @throws `rootKeyUnavailable` */
  exportRoot(passphrase: string): Promise<SealedRoot>
  /** @throws `rootKeyUnavailable` */
  forgetRoot(request: OpenRootRequest): Promise<Root>
  /** @throws `rootKeyUnavailable` */
  importRoot(request: OpenRootRequest): Promise<Root>
  issuers(): Issuers
  /** `node`: its name or its id. @throws `rootKeyUnavailable`, `certificateRefused`, `peerUnreachable`, `noQuorum`, `decisionRefused` */
  grantIssuer(node: string): Promise<Issuer>
  /** Takes as long as the members need to renew. @throws as `grantIssuer` */
  rotateIssuer(node: string): Promise<Issuer>
  /** @throws `certificateRefused`, `noQuorum`, `decisionRefused` */
  revokeIssuer(node: string): Promise<Issuers>
}

/** Nodes that are shut out. */
export interface RevocationDesk {
  /**
   * At once, and waits a while for the removal. `node`: its name or its id. @throws `nodeUnknown`, `revocationOfSelf`, `revocationUnsigned`,
   * `lastToLead`, `notLeader`, `decisionRefused`, `storeFailed`
   */
  revoke(node: string, request: RevokeRequest): Promise<RevokedNode>
  list(): Revocations
}

/** This node in a sealed file. */
export interface BackupDesk {
  /** The parts of the file, then what is in it. @throws `backupNotReady`, the signal's reason */
  backUp(passphrase: string, signal: AbortSignal): Promise<AsyncIterable<BackupPart>>
}

export interface EndedTasksRequest {
  /** Null for all whose records are kept here. */
  readonly project: string | null
  readonly sinceMs: number
}

/** What ran, and which projects this node remembers it of. */
export interface RecordsDesk {
  /** @throws `projectUnknown`, `projectNotLinked` */
  ended(request: EndedTasksRequest): Promise<EndedTaskList>
  projects(): Projects
  /** @throws `projectUnknown`, `storeFailed` */
  link(project: string): Promise<Projects>
  /** @throws `projectUnknown`, `projectHeld`, `storeFailed` */
  unlink(project: string): Promise<Projects>
}

/** What machines join by. */
export interface Tokens {
  /** @throws `noQuorum`, `notLeader`, `decisionRefused`, `meshVersionNeeded` */
  create(request: TokenRequest): Promise<CreatedToken>
  list(): JoinTokens
  /** `token`: the first characters of its id, or all. @throws `joinTokenUnknown`, `noQuorum`, `notLeader`, `decisionRefused` */
  revoke(token: string): Promise<JoinTokenRow>
}

/** Machines of the LAN that ask this node to join. */
export interface OpenLanDesk {
  state(): OpenLanState
  open(request: OpenLanRequest): Promise<OpenLanState>
  close(): Promise<OpenLanState>
  /** @throws `askUnknown`, `noQuorum`, `notLeader`, `decisionRefused`, `meshVersionNeeded` */
  approve(fingerprint: string): Promise<AskingNode>
  /** @throws `askUnknown` */
  deny(fingerprint: string): AskingNode
}

export interface ServiceName {
  readonly project: string
  readonly name: string
}

export interface LogsOptions {
  /** Lines from the end; null for all that is kept. */
  readonly tail: number | null
  readonly follow: boolean
  /** Only lines from then on, up to then, and that hold this text; by the clock of the node that runs the task. */
  readonly sinceMs?: number
  readonly untilMs?: number
  readonly grep?: string
  /** Ends the lines without an error. */
  readonly signal: AbortSignal
}

/** Services and their tasks as any node knows them: heads from the log, statuses from registers. */
export interface ServiceQueries {
  services(): Services
  /** @throws `serviceUnknown` */
  service(service: ServiceName): ServiceDetail
  /** `slot`: null for one more replica. @throws `serviceUnknown`, `revisionMissing` */
  explain(service: ServiceName, slot: number | null): Explanation
  tasks(): Tasks
  /** @throws `serviceUnknown`, `servicePortless`, `gatewayAbsent` */
  url(service: ServiceName): ServiceUrl
  /**
   * From the node that runs the task, also where that is another one. Nothing is read ahead of the consumer.
   * @throws `taskUnknown`, `engineUnreachable`, `peerUnreachable`
   */
  logs(task: string, options: LogsOptions): AsyncIterable<LogLine>
}

/** Commands in containers, of whatever node. Each belongs to who opened it: `by`. */
export interface ExecDesk {
  /**
   * The signal is aborted when the caller is gone, and ends the command. @throws `taskUnknown`, `execsTooMany`, `execUnsupported`,
   * `execFailed`, `engineUnreachable`, `peerUnreachable`, also while the events are read
   */
  open(request: ExecRequest, by: string, signal: AbortSignal): Promise<AsyncIterable<ExecEvent>>
  /** Resolves when there is room for more. @throws `execUnknown`, `peerUnreachable` */
  send(exec: string, by: string, input: ExecInput): Promise<void>
}

export interface ExecRequest extends ExecRequestBody {
  readonly task: string
}

export type ExecEvent =
  | { readonly type: 'opened'; readonly exec: string }
  | { readonly type: 'output'; readonly stream: 'stdout' | 'stderr'; readonly bytes: Uint8Array }
  | { readonly type: 'ended'; readonly exitCode: number | null }

export type ExecInput =
  | { readonly type: 'input'; readonly bytes: Uint8Array }
  | Exclude<ExecInputRequest, { readonly type: 'input' }>

/** Logins for registries of images. What opens one is never told. */
export interface RegistryDesk {
  /** @throws `registryRefused`, `registryUnreachable`, `requestInvalid`, `storeFailed` */
  login(request: RegistryLoginRequest): Promise<RegistryGiven>
  /** @throws `registryUnknown`, `storeFailed` */
  logout(registry: string): Promise<RegistryTaken>
  list(): Registries
}

/** What tasks use, on all nodes; takes some seconds where one is silent. */
export interface UsageDesk {
  look(): Promise<Usages>
}

/** What is published, and by whom it is answered. */
export interface PortQueries {
  published(): PublishedPorts
}

/** What daemons log. */
export interface NodeLogs {
  /**
   * From that node, or from a copy where it does not answer. Nothing is read ahead of the consumer. @throws `notAMember`; while read:
   * `nodeLogAbsent`, `logReadersTooMany`, `peerUnreachable`
   */
  read(node: string, query: NodeLogsQuery, signal: AbortSignal): AsyncIterable<NodeLogLine | NodeLogNote>
}

/** A new key for this node. */
export interface RotationDesk {
  /** What would become of what. @throws `rotationAlone`, `rotationLastIssuer`, `rotationUnderWay`, `lastToLead`, `noQuorum` */
  plan(): Promise<RotationPlan>
  /** The daemon starts again with that key soon after it resolves: answers under way are still sent. @throws as `plan`, and what deciding throws */
  rotate(): Promise<Rotated>
}

/** Looks for what keeps this node, its connections, or the connection of two members from working. */
export interface Doctor {
  /** @throws `notAMember`, `requestInvalid`, `doctorBusy` */
  examine(request: DoctorRequest, signal: AbortSignal): Promise<Diagnosis>
}

/** Who holds a port of this machine, in words for people; null where that cannot be told. */
export type PortOwner = (port: number) => Promise<string | null>

export interface ControlComponents {
  readonly logger: Logger
  readonly clock: Pick<Clock, 'nowMs'>
  /** What is shown where TLS is spoken. */
  readonly identity: HttpsIdentity
  readonly mesh: MeshQueries
  readonly readiness: Readiness
  readonly metrics: MetricsText
  readonly events: EventSource
  readonly membership: Membership
  readonly deployments: Deployments
  readonly services: ServiceQueries
  readonly conflicts: ConflictLedger
  readonly quorum: QuorumDesk
  readonly records: RecordsDesk
  readonly doctor: Doctor
  readonly tokens: Tokens
  readonly openLan: OpenLanDesk
  readonly certificates: CertificateDesk
  readonly revocations: RevocationDesk
  readonly rotation: RotationDesk
  readonly users: UserDesk
  readonly backups: BackupDesk
  readonly nodeLogs: NodeLogs
  readonly execs: ExecDesk
  readonly usage: UsageDesk
  readonly registries: RegistryDesk
  readonly ports: PortQueries
  readonly portOwner: PortOwner
}

export interface ControlInit {
  readonly socketPath: string
  /** An IP address of this machine. Beyond loopback TLS alone is spoken. */
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** Where metrics are served without a token; null for nowhere. */
  readonly metrics: { readonly host: string; readonly port: number } | null
  /** True where TLS is spoken on loopback too. */
  readonly tls: boolean
  /** File of the bearer token, which is made when it is not there. It opens nothing beyond loopback. */
  readonly tokenPath: string
  /** File of a token that takes its place, and opens the API beyond loopback as well; null for none. */
  readonly givenTokenPath: string | null
  /** File of the token that opens the metrics alone, made as the first is. */
  readonly metricsTokenPath: string
  readonly version: string
  readonly settings: ResolvedSettings
}
