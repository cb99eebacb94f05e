/**
 * What people want to run, on the node that they ask: planned, written down, accepted, looked at.
 * It decides nothing: the leader does, by the same functions. See docs/design/deploy.md.
 */
import type {
  Applied,
  ApplyRequest,
  ConflictDetail,
  Conflicts,
  Explanation,
  Pending,
  Plan,
  PlannedChange,
  PlanRequest,
  ServiceDetail,
  Services,
  ServiceUrl,
  SettleRequest,
  SteeredUpdate,
  SteerUpdateRequest,
  Tasks,
} from '../../protocols/control/index.ts'
import { type RevisionId, targetIn } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { beyondOf, describeRollout, isSameTask, serviceKey } from '../../protocols/spec/index.ts'
import type { LogLine } from '../ports/runtime.ts'
import { apply } from './apply.ts'
import { carryRestarts } from './carry-restarts.ts'
import { checkPolicy } from './check-policy.ts'
import { checkPorts } from './check-ports.ts'
import { listConflicts, type Settlement, settleConflict, showConflict } from './conflicts.ts'
import { explain } from './explain.ts'
import { acceptedService, listPending, listServices, listTasks, namesOf } from './queries.ts'
import { showService } from './service-detail.ts'
import { specChanges } from './spec-changes.ts'
import type { DeploymentComponents, LogsRequest } from './types.ts'
import { steerUpdate } from './updates.ts'

export { namesOf } from './queries.ts'
export { specChanges } from './spec-changes.ts'
export type { DeploymentComponents, OwnPort } from './types.ts'

interface Names {
  readonly project: string
  readonly name: string
}

export interface DeploymentDesk {
  /** @throws `limitOutOfRange`, `publishedPortTaken`, `publishedPortReserved` */
  plan(request: PlanRequest): Plan
  /** @throws `edgeMayNotWrite`, `serviceUnknown`, `headMoved`, `publishedPortTaken`, `publishedPortReserved`, `meshVersionNeeded`, `limitOutOfRange`, `revisionTooLarge`, `storeFailed` */
  apply(request: ApplyRequest, context: { readonly signal: AbortSignal }): Promise<Applied>
  pending(): Pending
  /** @throws as `steerUpdate` in updates.ts */
  steerUpdate(
    service: { readonly project: string; readonly name: string },
    request: SteerUpdateRequest,
  ): Promise<SteeredUpdate>
  conflicts(): Conflicts
  /** @throws `conflictUnknown`, `conflictSettled` */
  conflict(lost: RevisionId): ConflictDetail
  /** @throws `edgeMayNotWrite`, `conflictUnknown`, `conflictSettled`, `headMoved`, `meshVersionNeeded`, `revisionMissing`, `storeFailed` */
  settle(
    lost: RevisionId,
    settlement: Settlement,
    request: SettleRequest,
    context: { readonly signal: AbortSignal },
  ): Promise<Applied>
  services(): Services
  /** @throws `serviceUnknown` */
  service(service: Names): ServiceDetail
  /** `slot`: null for one more replica. @throws `serviceUnknown`, `revisionMissing` */
  explain(service: Names, slot: number | null): Explanation
  tasks(): Tasks
  /** @throws `serviceUnknown`, `servicePortless`, `gatewayAbsent` */
  url(service: Names): ServiceUrl
  /** @throws `taskUnknown`, `engineUnreachable`, `peerUnreachable` */
  logs(task: string, options: LogsRequest): AsyncIterable<LogLine>
}

const plan = (components: DeploymentComponents, { project, specs, prune = false }: PlanRequest): Plan => {
  const { decisions, intent, planPlacements, policy } = components
  const changes = specs.map((spec): PlannedChange => {
    checkPolicy(policy, spec)
    const object = serviceKey(project, spec.name)
    const accepted = decisions.view.objects.get(object)
    const needs = beyondOf(spec)
    const beyond = needs.length === 0 ? {} : { beyond: needs }
    if (accepted === undefined || accepted.removed) {
      return { object, action: 'create', head: null, fields: specChanges(null, spec), ...beyond }
    }
    const head = intent.resolveSpec(accepted.head)
    const fields = specChanges(head, carryRestarts(spec, head))
    // What was taken back from it runs again once it is written anew.
    const isTarget = targetIn(decisions.view, object) === accepted.head
    const action = fields.length === 0 && isTarget ? 'unchanged' : 'update'
    const exchanged = action === 'update' && (head === null || fields.length === 0 || !isSameTask(head, spec))
    return {
      object,
      action,
      head: accepted.head,
      fields,
      ...beyond,
      ...(exchanged && { rollout: describeRollout(spec) }),
    }
  })
  const named = new Set(changes.map(({ object }) => object))
  const removals = [...decisions.view.objects.values()]
    .filter(
      ({ object, removed }) => prune && !removed && namesOf(object).project === project && !named.has(object),
    )
    .map(({ object, head }): PlannedChange => ({ object, action: 'remove', head, fields: [] }))
  checkPorts(components, specs, new Set(removals.map(({ object }) => object)))
  return { changes: [...changes, ...removals], placements: [...planPlacements(specs)] }
}

export const createDeploymentDesk = (components: DeploymentComponents): DeploymentDesk => {
  const { decisions, intent, urlOf, readLogs } = components
  return {
    plan: (request) => plan(components, request),
    apply: (request, context) => apply(components, request, context),
    pending: () => listPending(components),
    steerUpdate: (service, request) => steerUpdate(components, service, request),
    conflicts: () => listConflicts(components),
    conflict: (lost) => showConflict(components, lost),
    settle: (...asked) => settleConflict(components, ...asked),
    services: () => listServices(components),
    service: (service) => showService(components, service),
    explain: (service, slot) => explain(components, service, slot),
    tasks: () => listTasks(components),
    url: ({ project, name }) => {
      const service = `${project}/${name}`
      const accepted = acceptedService(components, { project, name })
      const ports = intent.resolveSpec(accepted.head)?.ports ?? []
      if (!ports.some(({ protocol }) => protocol === 'tcp'))
        throw new CoterieError('servicePortless', { service })
      const url = urlOf(project, name)
      if (url === null) throw new CoterieError('gatewayAbsent', {})
      return { url }
    },
    logs: (task, options) => {
      const assignment = decisions.view.tasks.get(task)
      if (assignment === undefined) throw new CoterieError('taskUnknown', { task })
      return readLogs(assignment.node, task, options)
    },
  }
}
