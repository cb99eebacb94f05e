/**
 * The table of the API: the one list of routes, from which validation, the client's types and the OpenAPI
 * document come. A key is the method and the path; a parameter in a path is written `:name`.
 */
import { Type } from 'typebox'
import type { ErrorCode } from '../errors/index.ts'
import { ENGINE_ROUTES } from './engine-routes.ts'
import { OPEN_LAN_ROUTES } from './open-lan-routes.ts'
import { defineRoute } from './route.ts'
import { BackupLineSchema, BackupRequestSchema } from './schemas/backup.ts'
import {
  ExportRootRequestSchema,
  IssuerParamsSchema,
  IssuerSchema,
  IssuersSchema,
  OpenRootRequestSchema,
  RootSchema,
  SealedRootSchema,
} from './schemas/certificates.ts'
import { ClusterSchema } from './schemas/cluster.ts'
import { ConfigSchema } from './schemas/config.ts'
import { DiagnosisSchema, DoctorRequestSchema } from './schemas/doctor.ts'
import { EventLineSchema, EventsQuerySchema } from './schemas/events.ts'
import { HealthSchema, ReadySchema } from './schemas/health.ts'
import { LeaveRequestSchema, LeaveSchema } from './schemas/leave.ts'
import { NodesSchema } from './schemas/node.ts'
import { LogOfParamsSchema, NodeLogStreamLineSchema, NodeLogsQuerySchema } from './schemas/node-logs.ts'
import { LostSchema, QuorumSchema, RecoveredSchema, RecoverRequestSchema } from './schemas/quorum.ts'
import {
  NodeParamsSchema,
  RevocationsSchema,
  type RevokedNode,
  RevokedNodeSchema,
  RevokeRequestSchema,
} from './schemas/revocations.ts'
import { RotatedSchema, RotationPlanSchema } from './schemas/rotation.ts'
import { StatusSchema } from './schemas/status.ts'
import {
  CreatedTokenSchema,
  TokenParamsSchema,
  TokenRequestSchema,
  TokenSchema,
  TokensSchema,
} from './schemas/tokens.ts'
import { VotersSchema } from './schemas/voters.ts'
import { USER_ROUTES } from './user-routes.ts'
import { WORK_ROUTES } from './work-routes.ts'

export const ROUTES = {
  'GET /health': defineRoute({
    operation: 'getHealth',
    summary: 'Whether this daemon answers; for anyone',
    access: 'anyone',
    response: HealthSchema,
  }),
  'GET /ready': defineRoute({
    operation: 'getReady',
    summary: 'Whether this node is a member, follows the log and can write; for anyone',
    access: 'anyone',
    response: ReadySchema,
    errors: ['notReady'],
  }),
  'GET /cluster/status': defineRoute({
    operation: 'getCluster',
    access: 'viewer',
    summary: 'The mesh as this node sees it: members, voters, leader, tasks by state',
    response: ClusterSchema,
  }),
  'GET /metrics': defineRoute({
    operation: 'getMetrics',
    access: 'viewer',
    summary: "What is counted here, in Prometheus's text format",
    answers: 'text',
    response: Type.String(),
  }),
  'GET /v1/openapi.json': defineRoute({
    operation: 'getOpenApi',
    access: 'viewer',
    summary: 'This API as an OpenAPI 3.1 document',
    response: Type.Record(Type.String(), Type.Unknown()),
  }),
  'GET /v1/status': defineRoute({
    operation: 'getStatus',
    access: 'viewer',
    summary: 'This node and its view of the mesh',
    response: StatusSchema,
  }),
  'GET /v1/nodes': defineRoute({
    operation: 'listNodes',
    access: 'viewer',
    summary: 'Every node of the mesh, as this node sees it',
    response: NodesSchema,
  }),
  'GET /v1/nodes/:node/logs': defineRoute({
    operation: 'streamNodeLogs',
    access: 'operator',
    summary: 'What the daemon of a node logs, from that node, or from a copy where it does not answer',
    answers: 'stream',
    params: LogOfParamsSchema,
    query: NodeLogsQuerySchema,
    response: NodeLogStreamLineSchema,
    errors: ['streamsTooMany', 'notAMember', 'nodeLogAbsent', 'logReadersTooMany', 'peerUnreachable'],
  }),
  'GET /v1/voters': defineRoute({
    operation: 'listVoters',
    access: 'viewer',
    summary: 'Who votes, who leads, and whether a majority is there',
    response: VotersSchema,
  }),
  'GET /v1/quorum': defineRoute({
    operation: 'surveyQuorum',
    access: 'operator',
    summary: 'Who answers and how far each knows the log, asked of every member now',
    response: QuorumSchema,
  }),
  'POST /v1/quorum/recover': defineRoute({
    operation: 'recoverQuorum',
    access: 'admin',
    summary: 'Goes on at this node alone, where the majority of the voters is lost for good',
    body: RecoverRequestSchema,
    response: RecoveredSchema,
    errors: ['quorumLives', 'recoverElsewhere', 'recoveryImpossible'],
  }),
  'GET /v1/quorum/lost': defineRoute({
    operation: 'listLost',
    access: 'viewer',
    summary: 'What only older generations of the log had, as far as this node had it',
    response: LostSchema,
  }),
  'GET /v1/root': defineRoute({
    operation: 'getRoot',
    access: 'viewer',
    summary: "The certificate of the mesh's root, and whether its key is on this machine",
    response: RootSchema,
  }),
  'POST /v1/root/export': defineRoute({
    operation: 'exportRoot',
    summary: "The root's key, sealed with a passphrase; it stays here too",
    body: ExportRootRequestSchema,
    response: SealedRootSchema,
    errors: ['rootKeyUnavailable'],
  }),
  'POST /v1/root/forget': defineRoute({
    operation: 'forgetRoot',
    summary: "Deletes the root's key on this machine, where what was exported can be opened",
    body: OpenRootRequestSchema,
    response: RootSchema,
    errors: ['rootKeyUnavailable'],
  }),
  'POST /v1/root/import': defineRoute({
    operation: 'importRoot',
    summary: "Brings the root's key back to this machine",
    body: OpenRootRequestSchema,
    response: RootSchema,
    errors: ['rootKeyUnavailable'],
  }),
  'GET /v1/issuers': defineRoute({
    operation: 'listIssuers',
    access: 'viewer',
    summary: 'Who issues certificates',
    response: IssuersSchema,
  }),
  'POST /v1/issuers/:node/grant': defineRoute({
    operation: 'grantIssuer',
    summary: "Lets a node issue certificates, by the root's key on this machine",
    params: IssuerParamsSchema,
    response: IssuerSchema,
    errors: ['rootKeyUnavailable', 'certificateRefused', 'peerUnreachable', 'noQuorum', 'decisionRefused'],
  }),
  'POST /v1/issuers/:node/rotate': defineRoute({
    operation: 'rotateIssuer',
    summary: 'Gives an issuer another key, and lets the old one count no more once the members have renewed',
    params: IssuerParamsSchema,
    response: IssuerSchema,
    errors: ['rootKeyUnavailable', 'certificateRefused', 'peerUnreachable', 'noQuorum', 'decisionRefused'],
  }),
  'POST /v1/issuers/:node/revoke': defineRoute({
    operation: 'revokeIssuer',
    summary: 'Lets a node issue no more; what it issued counts no more',
    params: IssuerParamsSchema,
    response: IssuersSchema,
    errors: ['certificateRefused', 'noQuorum', 'decisionRefused'],
  }),
  'GET /v1/revocations': defineRoute({
    operation: 'listRevocations',
    access: 'viewer',
    summary: 'The nodes that were shut out by a signed word, and whether that is decided',
    response: RevocationsSchema,
  }),
  'POST /v1/nodes/:node/revoke': defineRoute({
    operation: 'revokeNode',
    access: 'admin',
    summary: 'Shuts a node out at once and for ever; 202 while its removal waits for a majority',
    params: NodeParamsSchema,
    body: RevokeRequestSchema,
    response: RevokedNodeSchema,
    isPending: ({ state }: RevokedNode) => state === 'pending',
    errors: [
      'nodeUnknown',
      'revocationOfSelf',
      'revocationUnsigned',
      'lastToLead',
      'notLeader',
      'decisionRefused',
      'storeFailed',
    ],
  }),
  'GET /v1/events': defineRoute({
    operation: 'streamEvents',
    access: 'viewer',
    summary: 'What happened, and with follow=true what happens',
    answers: 'stream',
    query: EventsQuerySchema,
    response: EventLineSchema,
    errors: ['streamsTooMany', 'readerTooSlow'],
  }),
  ...WORK_ROUTES,
  ...ENGINE_ROUTES,
  'GET /v1/tokens': defineRoute({
    operation: 'listTokens',
    summary: 'The join tokens that have not expired, and whom each admitted',
    response: TokensSchema,
  }),
  'POST /v1/tokens': defineRoute({
    operation: 'createToken',
    summary: 'Makes a token by which machines join; its text is told in this answer alone',
    body: TokenRequestSchema,
    response: CreatedTokenSchema,
    errors: ['noQuorum', 'notLeader', 'decisionRefused', 'meshVersionNeeded'],
  }),
  'DELETE /v1/tokens/:token': defineRoute({
    operation: 'revokeToken',
    summary: 'Lets a token admit nobody any more; whom it admitted stays',
    params: TokenParamsSchema,
    response: TokenSchema,
    errors: ['joinTokenUnknown', 'noQuorum', 'notLeader', 'decisionRefused'],
  }),
  ...OPEN_LAN_ROUTES,
  ...USER_ROUTES,
  'GET /v1/config': defineRoute({
    operation: 'getConfig',
    access: 'admin',
    summary: 'Every setting with its source',
    response: ConfigSchema,
  }),
  'POST /v1/doctor': defineRoute({
    operation: 'examine',
    access: 'operator',
    summary: 'What is wrong with this node and its connections, or between two members; takes some seconds',
    body: DoctorRequestSchema,
    response: DiagnosisSchema,
    errors: ['notAMember', 'doctorBusy'],
  }),
  'POST /v1/backup': defineRoute({
    operation: 'backUp',
    access: 'admin',
    summary:
      'This node, and all that it knows to be decided and wanted, sealed with a passphrase; a stream of its parts',
    answers: 'stream',
    body: BackupRequestSchema,
    response: BackupLineSchema,
    errors: ['backupNotReady'],
  }),
  'GET /v1/rotation': defineRoute({
    operation: 'planRotation',
    access: 'admin',
    summary: 'What would become of what runs here and counts here if this node got a new key',
    response: RotationPlanSchema,
    errors: ['rotationAlone', 'rotationLastIssuer', 'rotationUnderWay', 'lastToLead', 'noQuorum'],
  }),
  'POST /v1/rotation': defineRoute({
    operation: 'rotateNode',
    access: 'admin',
    summary:
      'Gives this node a new key, under the same name; the daemon starts again with it after this answer',
    response: RotatedSchema,
    errors: [
      'rotationAlone',
      'rotationLastIssuer',
      'rotationUnderWay',
      'lastToLead',
      'noQuorum',
      'notLeader',
      'decisionRefused',
      'meshVersionNeeded',
      'issuerUnreachable',
      'storeFailed',
    ],
  }),
  'POST /v1/leave': defineRoute({
    operation: 'leaveMesh',
    access: 'admin',
    summary: 'Takes this node out of the mesh for good, then stops the daemon',
    body: LeaveRequestSchema,
    response: LeaveSchema,
    errors: ['noQuorum', 'notLeader', 'decisionRefused'],
  }),
} as const

export type Routes = typeof ROUTES
export type RouteKey = keyof Routes

/** Codes that any route may answer with. */
export const COMMON_ERRORS: readonly ErrorCode[] = [
  'requestInvalid',
  'bodyTooLarge',
  'tokenMissing',
  'tokenRefused',
  'sessionOver',
  'roleMissing',
  'hostRefused',
  'originRefused',
  'routeUnknown',
  'requestsTooMany',
  'daemonStopping',
  'internal',
]
