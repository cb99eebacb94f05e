/** Services and tasks as this node knows them, in the words of the API. */
import type { Revision } from '../../crdt/index.ts'
import type {
  Pending,
  PendingRevision,
  Service,
  Services,
  Task,
  Tasks,
} from '../../protocols/control/index.ts'
import type { AcceptedObject, Assignment, ObjectKey } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type ServiceSpec, serviceKey } from '../../protocols/spec/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { DeploymentComponents } from './types.ts'
import { isOutdated, updateOf } from './updates.ts'

/** Project and name of `service/<project>/<name>`. */
export const namesOf = (object: ObjectKey): { project: string; name: string } => {
  const [, project, name] = object.split('/') as [string, string, string]
  return { project, name }
}

/** What people call a node; one that was removed has no name any more. */
export const nodeName = ({ decisions }: Pick<DeploymentComponents, 'decisions'>, node: NodeId): string =>
  decisions.view.nodes.get(node)?.name ?? 'removed'

const hasTcpPort = (spec: ServiceSpec | null): boolean =>
  spec?.ports.some(({ protocol }) => protocol === 'tcp') ?? false

/** The service as it was accepted. @throws `serviceUnknown`, also where it is removed */
export const acceptedService = (
  { decisions }: Pick<DeploymentComponents, 'decisions'>,
  { project, name }: { readonly project: string; readonly name: string },
): AcceptedObject => {
  const accepted = decisions.view.objects.get(serviceKey(project, name))
  if (accepted !== undefined && !accepted.removed) return accepted
  throw new CoterieError('serviceUnknown', { service: `${project}/${name}`, near: [] })
}

export const serviceOf = (components: DeploymentComponents, accepted: AcceptedObject): Service => {
  const { decisions, intent, observed, urlOf } = components
  const { object, head, conflicts } = accepted
  const { project, name } = namesOf(object)
  const spec = intent.resolveSpec(head)
  const own = [...decisions.view.tasksOf(object)]
  return {
    object,
    project,
    name,
    revision: head,
    replicas: spec?.replicas ?? null,
    running: own.filter((task) => !isLost(components, task) && observed.statusOf(task)?.state === 'running')
      .length,
    image: spec?.image ?? null,
    ports: spec?.ports ?? [],
    conflicts: conflicts.length,
    update: updateOf(components, object),
    url: hasTcpPort(spec) ? urlOf(project, name) : null,
  }
}

export const listServices = (components: DeploymentComponents): Services => ({
  services: [...components.decisions.view.objects.values()]
    .filter(({ removed }) => !removed)
    .map((accepted) => serviceOf(components, accepted))
    .sort((a, b) => (a.object < b.object ? -1 : 1)),
})

/** True where the last word of the task's node says nothing about now. */
const isLost = ({ healthOf }: DeploymentComponents, { node }: Assignment): boolean =>
  ['dead', 'left', 'unknown'].includes(healthOf(node))

const lostProblem = (name: string, health: string): Task['problem'] => ({
  code: 'nodeLost',
  message: `${name} is ${health}; this is the last that it said of the task`,
  next: 'It is placed elsewhere as soon as that is safe',
})

const taskOf = (components: DeploymentComponents, assignment: Assignment): Task => {
  const { observed, healthOf } = components
  const { task, object, slot, revision, node, reason } = assignment
  const status = observed.statusOf(assignment)
  const name = nodeName(components, node)
  return {
    task,
    object,
    slot,
    revision,
    outdated: isOutdated(components, assignment),
    node,
    name,
    state: status?.state ?? 'assigned',
    sinceMs: status?.sinceMs ?? null,
    attempt: status?.attempt ?? 0,
    quickEnds: status?.quickEnds ?? 0,
    runtime: status !== null && 'runtime' in status ? status.runtime : null,
    ports: status?.state === 'running' ? status.ports : [],
    health: (status?.state === 'running' && status.health) || null,
    pull: (status?.state === 'preparing' && status.pull) || null,
    problem: isLost(components, assignment) ? lostProblem(name, healthOf(node)) : (status?.problem ?? null),
    lastLines: status !== null && 'lastLines' in status ? status.lastLines : [],
    reason,
  }
}

export const listTasks = (components: DeploymentComponents): Tasks => ({
  tasks: [...components.decisions.view.tasks.values()]
    .map((assignment) => taskOf(components, assignment))
    .sort((a, b) => (a.object === b.object ? a.slot - b.slot : a.object < b.object ? -1 : 1)),
  waiting: [...components.waiting()],
})

/** What a revision would do, by the kind of its body. */
const ACTIONS = { spec: 'apply', removal: 'remove', keep: 'keep' } as const

const pendingOf = (
  components: DeploymentComponents,
  { id, object, body, author, via, hlc }: Revision,
): PendingRevision => ({
  object,
  revision: id,
  action: ACTIONS[body.type],
  author,
  name: nodeName(components, author),
  via,
  writtenAtMs: hlc.wallMs,
})

export const listPending = (components: DeploymentComponents): Pending => {
  const { decisions, intent } = components
  return {
    pending: intent.pending(decisions.view).map((revision) => pendingOf(components, revision)),
    refused: intent.refused(decisions.view).map((revision) => pendingOf(components, revision)),
  }
}
