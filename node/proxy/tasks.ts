/** The tasks that may take a connection of a published port, as they are decided and observed. */
import type { Assignment } from '../../protocols/decisions/index.ts'
import type { PortProtocol, Route } from '../../protocols/proxy/index.ts'
import { isIngressPort } from '../../protocols/spec/index.ts'
import type { TaskStatus } from '../../protocols/tasks/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { ProxyComponents } from './types.ts'

/** Where a task of this node listens. */
export interface Place {
  readonly host: string
  readonly port: number
}

export interface RunningTask {
  readonly task: string
  readonly node: NodeId
  readonly target: number
  /** Null on another node, which finds it by itself. */
  readonly place: Place | null
}

export interface Tasks {
  /** Those that a connection of the port may go to. */
  of(route: Route): readonly RunningTask[]
  /** Where a task that is assigned to this node listens with a port that it publishes through the proxy; null for anything else. */
  placeOf(task: string, target: number, protocol: PortProtocol): Place | null
  /** What was read before may be another now. */
  forget(): void
}

const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

const placeIn = (status: TaskStatus, target: number, protocol: PortProtocol): Place | null => {
  if (status.state !== 'running') return null
  const bound = status.ports.find((port) => port.target === target && port.protocol === protocol)
  if (bound === undefined) return null
  return { host: WILDCARDS.has(bound.host) ? '127.0.0.1' : bound.host, port: bound.port }
}

/** A check of its own says that it is not ready yet, or no longer. */
const isUnwell = ({ health }: Extract<TaskStatus, { state: 'running' }>): boolean =>
  health === 'starting' || health === 'unhealthy'

export const createTasks = (
  { decisions, specOf, statusOf, isAlive }: ProxyComponents,
  self: NodeId,
): Tasks => {
  const known = new Map<string, readonly RunningTask[]>()

  const running = (assignment: Assignment, { published, protocol }: Route): RunningTask[] => {
    const { task, node, revision } = assignment
    if (node !== self && !isAlive(node)) return []
    const status = statusOf(assignment)
    const port = specOf(revision)?.ports.find(
      (each) => isIngressPort(each) && each.published === published && each.protocol === protocol,
    )
    if (status?.state !== 'running' || isUnwell(status) || port === undefined) return []
    const place = node === self ? placeIn(status, port.target, protocol) : null
    return node === self && place === null ? [] : [{ task, node, target: port.target, place }]
  }

  return {
    of: (route) => {
      const key = `${route.protocol}/${route.published}`
      const present = known.get(key)
      if (present !== undefined) return present
      const tasks = [...decisions.tasksOf(route.object)].flatMap((assignment) => running(assignment, route))
      known.set(key, tasks)
      return tasks
    },
    placeOf: (task, target, protocol) => {
      const assignment = decisions.tasks.get(task)
      if (assignment?.node !== self) return null
      const isPublished = specOf(assignment.revision)?.ports.some(
        (port) => isIngressPort(port) && port.target === target && port.protocol === protocol,
      )
      const status = isPublished === true ? statusOf(assignment) : null
      return status === null ? null : placeIn(status, target, protocol)
    },
    forget: () => known.clear(),
  }
}
