import type { ControlComponents, ControlInit } from '../components.ts'
import { handleApply } from './apply.ts'
import { handleBackup } from './backup.ts'
import {
  handleExportRoot,
  handleForgetRoot,
  handleGrantIssuer,
  handleImportRoot,
  handleIssuers,
  handleRevokeIssuer,
  handleRoot,
  handleRotateIssuer,
} from './certificates.ts'
import { handleCluster } from './cluster.ts'
import { handleConfig } from './config.ts'
import { handleAcceptConflict, handleConflict, handleConflicts, handleRevertConflict } from './conflicts.ts'
import { handleDoctor } from './doctor.ts'
import { handleEvents } from './events.ts'
import { handleExec, handleExecInput } from './exec.ts'
import type { Handlers } from './handler.ts'
import { handleHealth, handleReady } from './health.ts'
import { handleLeave } from './leave.ts'
import { handleChallenge, handleKeyLogin, handleLogout, handlePasswordLogin, handleRefresh } from './login.ts'
import { handleLogs } from './logs.ts'
import { handleMetrics } from './metrics.ts'
import { handleNodeLogs } from './node-logs.ts'
import { handleNodes } from './nodes.ts'
import { handleOpenApi } from './open-api.ts'
import {
  handleApproveAsking,
  handleCloseLan,
  handleDenyAsking,
  handleOpenLan,
  handleOpenLanState,
} from './open-lan.ts'
import { handlePending } from './pending.ts'
import { handlePlan } from './plan.ts'
import { handlePublishedPorts } from './published-ports.ts'
import { handleLost, handleQuorum, handleRecover } from './quorum.ts'
import { handleEndedTasks, handleLink, handleProjects, handleUnlink } from './records.ts'
import { handleRegistries, handleRegistryLogin, handleRegistryLogout } from './registries.ts'
import { handleRemove } from './remove.ts'
import { handleRevocations, handleRevokeNode } from './revocations.ts'
import { handleRotate, handleRotationPlan } from './rotation.ts'
import { handleServiceUrl } from './service-url.ts'
import { handleExplain, handleService, handleServices } from './services.ts'
import { handleEndSession, handleSessions } from './sessions.ts'
import { handleStatus } from './status.ts'
import { handleSteerUpdate } from './steer-update.ts'
import { handleTasks } from './tasks.ts'
import { handleCreateToken, handleRevokeToken, handleTokens } from './tokens.ts'
import { handleUsage } from './usage.ts'
import {
  handleAddKey,
  handleAddUser,
  handleRemoveKey,
  handleRemoveUser,
  handleSetPassword,
  handleSetRole,
  handleUsers,
} from './users.ts'
import { handleVoters } from './voters.ts'

export type { Handler, HandlerContext, Handlers } from './handler.ts'

/** One handler per route; a route of the table that is missing here does not compile. */
export const createHandlers = (
  {
    mesh,
    readiness,
    metrics,
    events,
    membership,
    deployments,
    services,
    conflicts,
    quorum,
    records,
    doctor,
    tokens,
    openLan,
    certificates,
    revocations,
    rotation,
    users,
    backups,
    nodeLogs,
    execs,
    usage,
    registries,
    ports,
  }: ControlComponents,
  { version, settings }: ControlInit,
): Handlers => ({
  'GET /health': handleHealth(mesh, version),
  'GET /ready': handleReady(mesh, readiness),
  'GET /cluster/status': handleCluster(mesh),
  'GET /metrics': handleMetrics(metrics),
  'GET /v1/openapi.json': handleOpenApi(version),
  'GET /v1/status': handleStatus(mesh),
  'GET /v1/nodes': handleNodes(mesh),
  'GET /v1/nodes/:node/logs': handleNodeLogs(nodeLogs),
  'GET /v1/voters': handleVoters(mesh),
  'GET /v1/quorum': handleQuorum(quorum),
  'POST /v1/quorum/recover': handleRecover(quorum),
  'GET /v1/quorum/lost': handleLost(quorum),
  'GET /v1/root': handleRoot(certificates),
  'POST /v1/root/export': handleExportRoot(certificates),
  'POST /v1/root/forget': handleForgetRoot(certificates),
  'POST /v1/root/import': handleImportRoot(certificates),
  'GET /v1/issuers': handleIssuers(certificates),
  'POST /v1/issuers/:node/grant': handleGrantIssuer(certificates),
  'POST /v1/issuers/:node/rotate': handleRotateIssuer(certificates),
  'POST /v1/issuers/:node/revoke': handleRevokeIssuer(certificates),
  'GET /v1/revocations': handleRevocations(revocations),
  'POST /v1/nodes/:node/revoke': handleRevokeNode(revocations),
  'GET /v1/events': handleEvents(events),
  'GET /v1/services': handleServices(services),
  'GET /v1/services/:project/:name': handleService(services),
  'GET /v1/services/:project/:name/explain': handleExplain(services),
  'GET /v1/services/:project/:name/url': handleServiceUrl(services),
  'DELETE /v1/services/:project/:name': handleRemove(deployments),
  'POST /v1/services/:project/:name/update': handleSteerUpdate(deployments),
  'GET /v1/tasks': handleTasks(services),
  'GET /v1/ports': handlePublishedPorts(ports),
  'GET /v1/tasks/ended': handleEndedTasks(records),
  'GET /v1/projects': handleProjects(records),
  'POST /v1/projects/link': handleLink(records),
  'POST /v1/projects/unlink': handleUnlink(records),
  'GET /v1/tasks/:task/logs': handleLogs(services),
  'POST /v1/tasks/:task/exec': handleExec(execs),
  'POST /v1/execs/:exec/input': handleExecInput(execs),
  'GET /v1/tasks/usage': handleUsage(usage),
  'POST /v1/registries': handleRegistryLogin(registries),
  'DELETE /v1/registries/:registry': handleRegistryLogout(registries),
  'GET /v1/registries': handleRegistries(registries),
  'POST /v1/plan': handlePlan(deployments),
  'POST /v1/apply': handleApply(deployments),
  'GET /v1/pending': handlePending(deployments),
  'GET /v1/conflicts': handleConflicts(conflicts),
  'GET /v1/conflicts/:revision': handleConflict(conflicts),
  'POST /v1/conflicts/:revision/accept': handleAcceptConflict(conflicts),
  'POST /v1/conflicts/:revision/revert': handleRevertConflict(conflicts),
  'GET /v1/tokens': handleTokens(tokens),
  'POST /v1/tokens': handleCreateToken(tokens),
  'DELETE /v1/tokens/:token': handleRevokeToken(tokens),
  'GET /v1/open-lan': handleOpenLanState(openLan),
  'POST /v1/open-lan': handleOpenLan(openLan),
  'DELETE /v1/open-lan': handleCloseLan(openLan),
  'POST /v1/open-lan/approve': handleApproveAsking(openLan),
  'POST /v1/open-lan/deny': handleDenyAsking(openLan),
  'POST /v1/login/password': handlePasswordLogin(users),
  'POST /v1/login/challenge': handleChallenge(users),
  'POST /v1/login/key': handleKeyLogin(users),
  'POST /v1/login/refresh': handleRefresh(users),
  'POST /v1/logout': handleLogout(users),
  'GET /v1/sessions': handleSessions(users),
  'DELETE /v1/sessions/:session': handleEndSession(users),
  'GET /v1/users': handleUsers(users),
  'POST /v1/users': handleAddUser(users),
  'DELETE /v1/users/:user': handleRemoveUser(users),
  'POST /v1/users/:user/role': handleSetRole(users),
  'POST /v1/users/:user/password': handleSetPassword(users),
  'POST /v1/users/:user/keys': handleAddKey(users),
  'DELETE /v1/users/:user/keys/:fingerprint': handleRemoveKey(users),
  'GET /v1/config': handleConfig(settings),
  'POST /v1/doctor': handleDoctor(doctor),
  'POST /v1/backup': handleBackup(backups),
  'GET /v1/rotation': handleRotationPlan(rotation),
  'POST /v1/rotation': handleRotate(rotation),
  'POST /v1/leave': handleLeave(membership),
})
